"""Posts: three variations with different hooks, which to use, and the message for people who comment."""

from functools import partial

from lodestone.events import RequestedPart
from lodestone.jobs.posts import PostsInput, PostsResult, PostVariation
from lodestone.llm.client import Llm
from lodestone.llm.prompt import PromptFile, PromptSet
from lodestone.llm.voice import VOICE, voiced
from lodestone.worker.again import AGAIN, ask_again
from lodestone.worker.handler import JobContext
from lodestone.worker.one_part import NoSuchPart

from lodestone_content.posts.draft import Closing
from lodestone_content.posts.hooks import HookType, hooks_for
from lodestone_content.posts.variations import Variations

_file = partial(PromptFile, __package__ or "")
SYSTEM, USER = _file("system.v2.md"), _file("user.v1.md.j2")
PROMPT = PromptSet("posts", (SYSTEM, USER, VOICE, AGAIN))

LIMITS = (6_000, 6_000)  # a repair writes only what is missing
PART_LIMITS = (2_500, 2_500)


async def run(work: PostsInput, context: JobContext, llm: Llm) -> PostsResult:
    """Three posts and what goes with them; posts of earlier attempts are not asked for again."""
    hooks = hooks_for(work)
    variations = Variations(context, hooks, work.cta_word)
    await context.progress("Writing three posts", [hook.value for hook in hooks])
    await variations.collect(llm, SYSTEM.text(), partial(render, work, variations), limits=LIMITS)
    closing = variations.closing.value.model_dump() if variations.closing.value else {}
    return PostsResult(variations=variations.items, cta_word=work.cta_word, **closing)


async def make_part(work: PostsInput, part: RequestedPart, context: JobContext, llm: Llm) -> PostVariation:
    """One post again, with the hook and the word to comment that it has."""
    present = PostsResult.model_validate(part.present)
    if part.key not in list(HookType):
        raise NoSuchPart(detail=f"no hook type {part.key[:100]!r}")
    variations = Variations(context, [HookType(part.key)], present.cta_word)
    variations.closing.value = Closing.model_validate(part.present)
    await context.progress("Writing one post again")
    asked = work.model_copy(update={"cta_word": present.cta_word})
    question = partial(render_part, asked, part, present)
    await variations.collect(llm, SYSTEM.text(), question, limits=PART_LIMITS)
    return variations.items[0]


def render(work: PostsInput, variations: Variations, problems: list[str]) -> str:
    """The prompt that asks for what is missing."""
    asked = USER.render(
        work=work,
        missing=[hook.value for hook in variations.missing()],
        written=variations.items,
        closing_is_missing=variations.closing.value is None,
        problems=problems,
    )
    return voiced(asked, work.voice)


def render_part(work: PostsInput, part: RequestedPart, present: PostsResult, problems: list[str]) -> str:
    """The prompt that asks for one post again, beside the others."""
    asked = USER.render(
        work=work,
        missing=[part.key],
        written=[post for post in present.variations if post.hook_type != part.key],
        closing_is_missing=False,
        problems=problems,
    )
    return ask_again(voiced(asked, work.voice), part, "post", str(part.text["post"]))
