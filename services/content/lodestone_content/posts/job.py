"""Posts: three variations with different hooks, which to take, and the message for those who comment."""

from functools import partial

from lodestone.jobs.posts import PostsInput, PostsResult
from lodestone.llm.client import Ask, Llm
from lodestone.llm.pieces import ask_for_pieces
from lodestone.llm.prompt import PromptFile, PromptSet
from lodestone.worker.handler import JobContext
from pydantic import BaseModel

from lodestone_content.posts.draft import ClosingDraft, PostsDraft, VariationsDraft
from lodestone_content.posts.hooks import hooks_for
from lodestone_content.posts.variations import Variations

_file = partial(PromptFile, __package__ or "")
SYSTEM, USER = _file("system.v1.md"), _file("user.v1.md.j2")
PROMPT = PromptSet("posts", (SYSTEM, USER))

LIMITS = (6_000, 6_000)  # a repair writes only what is missing


async def run(work: PostsInput, context: JobContext, llm: Llm) -> PostsResult:
    """Three posts and what goes with them; posts of earlier attempts are not asked for again."""
    hooks = hooks_for(work)
    variations = Variations(context, hooks, work.cta_word)
    context.expect(len(hooks))
    await context.progress("Writing three posts")
    await ask_for_pieces(llm, context, variations, partial(_ask, work, context, variations), limits=LIMITS)
    closing = variations.closing.model_dump() if variations.closing else {}
    return PostsResult(variations=variations.posts, cta_word=work.cta_word, **closing)


def _ask(
    work: PostsInput, context: JobContext, variations: Variations, problems: list[str], max_tokens: int
) -> Ask:
    return Ask(
        context.model, max_tokens, SYSTEM.text(), render(work, variations, problems), _shape(variations)
    )


def _shape(variations: Variations) -> type[BaseModel]:
    if not variations.missing_hooks():
        return ClosingDraft
    return VariationsDraft if variations.closing else PostsDraft


def render(work: PostsInput, variations: Variations, problems: list[str]) -> str:
    """The words that ask for what is missing."""
    return USER.render(
        work=work,
        missing=[hook.value for hook in variations.missing_hooks()],
        written=variations.posts,
        closing_is_missing=variations.closing is None,
        problems=problems,
    )
