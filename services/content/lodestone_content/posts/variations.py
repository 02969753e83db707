"""The posts of one job as they come: each is checked, kept and published once."""

from collections.abc import Iterable

from lodestone.jobs.posts import PostVariation
from lodestone.llm.loose_json import JsonValue
from lodestone.llm.loose_values import choice_of
from lodestone.llm.structured import problems
from lodestone.worker.handler import JobContext
from pydantic import ValidationError

from lodestone_content.posts.draft import Closing, closing_of, variation_of
from lodestone_content.posts.hooks import HookType

CLOSING = "recommendation and message"


class Variations:
    """At most one finished post for each hook, and what stands beside them."""

    list_key = "variations"

    def __init__(self, context: JobContext, hooks: list[HookType], cta_word: str) -> None:
        self.closing: Closing | None = None
        self._context = context
        self._hooks = hooks
        self._cta_word = cta_word
        self._finished: dict[HookType, PostVariation] = {}
        for hook in hooks:
            if hook in context.finished_items:
                self._take_back(hook)

    @property
    def posts(self) -> list[PostVariation]:
        """The finished ones, in the order of the hooks."""
        return [self._finished[hook] for hook in self._hooks if hook in self._finished]

    def missing_hooks(self) -> list[HookType]:
        """Those that have no post yet."""
        return [hook for hook in self._hooks if hook not in self._finished]

    def missing(self) -> list[str]:
        """See Pieces."""
        return [*self.missing_hooks(), *([] if self.closing else [CLOSING])]

    def offer(self, drafts: Iterable[dict[str, JsonValue]]) -> list[str]:
        """See Pieces."""
        complaints = []
        for draft in drafts:
            hook = choice_of(draft.get("hookType"), self._hooks, None)
            if hook is None:
                complaints.append("a variation had none of the hook types that were asked for")
            elif hook not in self._finished and (problem := self._try(draft, hook)):
                complaints.append(f"{hook}: {problem}")
        return complaints

    def finish(self, reply: JsonValue) -> list[str]:
        """See Pieces."""
        if self.closing is None:
            try:
                self.closing = closing_of(reply)
            except ValidationError as error:
                return [problems(error)]
        return []

    def _try(self, draft: dict[str, JsonValue], hook: HookType) -> str | None:
        try:
            variation = variation_of(draft, hook, self._cta_word)
        except ValueError as error:
            return problems(error)
        self._finished[hook] = variation
        message = f"{len(self._finished)} of {len(self._hooks)} posts written"
        self._context.item(hook.value, self._hooks.index(hook), variation.to_wire(), message)
        return None

    def _take_back(self, hook: HookType) -> None:
        try:
            self._finished[hook] = PostVariation.model_validate(self._context.finished_items[hook])
        except ValidationError:
            return  # of an older shape: written again
