"""Posts: three variations with different hooks, which to use, and the message for people who comment."""

from functools import partial

from lodestone.jobs.posts import PostsInput, PostsResult
from lodestone.llm.client import Llm
from lodestone.llm.prompt import PromptFile, PromptSet
from lodestone.llm.voice import VOICE, voiced
from lodestone.worker.handler import JobContext

from lodestone_content.posts.hooks import hooks_for
from lodestone_content.posts.variations import Variations

_file = partial(PromptFile, __package__ or "")
SYSTEM, USER = _file("system.v2.md"), _file("user.v1.md.j2")
PROMPT = PromptSet("posts", (SYSTEM, USER, VOICE))

LIMITS = (6_000, 6_000)  # a repair writes only what is missing


async def run(work: PostsInput, context: JobContext, llm: Llm) -> PostsResult:
    """Three posts and what goes with them; posts of earlier attempts are not asked for again."""
    hooks = hooks_for(work)
    variations = Variations(context, hooks, work.cta_word)
    await context.progress("Writing three posts", [hook.value for hook in hooks])
    await variations.collect(llm, SYSTEM.text(), partial(render, work, variations), limits=LIMITS)
    closing = variations.closing.value.model_dump() if variations.closing.value else {}
    return PostsResult(variations=variations.items, cta_word=work.cta_word, **closing)


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
