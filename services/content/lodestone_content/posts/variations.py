"""What the three posts are, and what comes with them."""

from lodestone.jobs.posts import PostVariation
from lodestone.llm.loose_values import choice_of
from lodestone.worker.collector import Beside, Collector, Draft
from lodestone.worker.handler import JobContext

from lodestone_content.posts.draft import ClosingDraft, PostsDraft, VariationsDraft, closing_of, variation_of
from lodestone_content.posts.hooks import HookType

CLOSING = "recommendation and message"


class Variations(Collector[HookType, PostVariation]):
    """One post for each hook."""

    list_key = "variations"
    shape = VariationsDraft
    item = PostVariation
    name = "{key}"
    finished = "posts written"
    stray = "a variation had none of the hook types that were asked for"

    def __init__(self, context: JobContext, hooks: list[HookType], cta_word: str) -> None:
        self.closing = Beside(CLOSING, closing_of, alone=ClosingDraft, with_items=PostsDraft)
        self._cta_word = cta_word
        super().__init__(context, {hook.value: hook for hook in hooks}, self.closing)

    def key_of(self, draft: Draft) -> str | None:
        """See Collector."""
        return choice_of(draft.get("hookType"), HookType, None)

    def read(self, draft: Draft, wanted: HookType) -> PostVariation:
        """See Collector."""
        return variation_of(draft, wanted, self._cta_word)
