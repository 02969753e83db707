"""Three posts that a person could have written, each with a different hook."""

import re
from collections.abc import Iterator

from lodestone.jobs.posts import PostsInput, PostsResult

from evals.measures import emoji, invented_figures, outside, texts_of, words

HOOKS = ("specific-result", "price-anchor", "contrarian", "time-saved", "confession")
BULLET = re.compile(r"^\s*(?:→|•|-|\*|✓|\d+[.)])\s", re.MULTILINE)


def hooks_are_known(work: PostsInput, result: PostsResult) -> Iterator[str]:
    """A hook is one of the five kinds."""
    for variation in result.variations:
        if variation.hook_type not in HOOKS:
            yield f"{variation.hook_type} is not a kind of hook"


def hooks_are_short(work: PostsInput, result: PostsResult) -> Iterator[str]:
    """The text before "see more" is one or two lines."""
    for variation in result.variations:
        hook = variation.post.strip().split("\n\n")[0]
        yield from outside(len(hook.splitlines()), 1, 2, f"lines of the hook of {variation.hook_type}")
        yield from outside(words(hook), 3, 30, f"words of the hook of {variation.hook_type}")


def contents_are_listed(work: PostsInput, result: PostsResult) -> Iterator[str]:
    """The list of contents has five to eight lines."""
    for variation in result.variations:
        yield from outside(len(BULLET.findall(variation.post)), 5, 8, f"bullets of {variation.hook_type}")


def readers_are_told_the_word(work: PostsInput, result: PostsResult) -> Iterator[str]:
    """The post tells readers which word to comment, exactly as given."""
    for variation in result.variations:
        if work.cta_word not in variation.post:
            yield f"{variation.hook_type} does not say {work.cta_word}"


def the_message_is_signed(work: PostsInput, result: PostsResult) -> Iterator[str]:
    """The message to readers who asked ends with the owner's name, if there is one."""
    name = work.voice.name if work.voice else ""
    if name and result.dm_template.rstrip().splitlines()[-1].strip() != name:
        yield f"the message does not end with “{name}”"


def no_shouting(work: PostsInput, result: PostsResult) -> Iterator[str]:
    """At most one exclamation mark per post, no emoji and no hashtags."""
    for variation in result.variations:
        post, hook = variation.post, variation.hook_type
        yield from outside(post.count("!"), 0, 1, f"exclamation marks of {hook}")
        yield from outside(len(emoji(post)), 0, 0, f"emoji of {hook}")
        yield from outside(len(re.findall(r"#\w", post)), 0, 0, f"hashtags of {hook}")


def figures_are_the_owners(work: PostsInput, result: PostsResult) -> Iterator[str]:
    """Every figure comes from the material."""
    posts = "\n".join(variation.post for variation in result.variations)
    return invented_figures(posts, texts_of(work))


RULES = (
    hooks_are_known,
    hooks_are_short,
    contents_are_listed,
    readers_are_told_the_word,
    the_message_is_signed,
    no_shouting,
    figures_are_the_owners,
)
