"""Which hooks the three posts have. The input decides, so that each attempt asks for the same."""

from enum import StrEnum

from lodestone.jobs.posts import AudienceStyle, PostsInput

VARIATIONS = 3


class HookType(StrEnum):
    """How a post begins."""

    SPECIFIC_RESULT = "specific-result"
    PRICE_ANCHOR = "price-anchor"
    CONTRARIAN = "contrarian"
    TIME_SAVED = "time-saved"
    CONFESSION = "confession"


_FITTING = {
    AudienceStyle.CASUAL_DIRECT: (HookType.CONTRARIAN, HookType.TIME_SAVED, HookType.CONFESSION),
    AudienceStyle.PROFESSIONAL_POLISHED: (HookType.CONTRARIAN, HookType.PRICE_ANCHOR, HookType.TIME_SAVED),
    AudienceStyle.TECHNICAL: (HookType.TIME_SAVED, HookType.CONTRARIAN, HookType.PRICE_ANCHOR),
    AudienceStyle.WARM_RELATABLE: (HookType.CONFESSION, HookType.CONTRARIAN, HookType.TIME_SAVED),
}


def hooks_for(work: PostsInput) -> list[HookType]:
    """Three different hooks that fit the readers; a result goes first if there is proof of one."""
    first = [HookType.SPECIFIC_RESULT] if work.proof.strip() else []
    return [*first, *_FITTING[work.audience_style]][:VARIATIONS]
