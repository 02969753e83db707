"""Five emails from one person to one person."""

from collections.abc import Iterator

from lodestone.jobs.emails import EmailsResult, EmailsWork

from evals.measures import emoji, invented_figures, outside, texts_of, words

HYPE = ("amazing", "exciting", "excited to", "thrilled", "act now", "limited time", "don't miss out")
MOST_SUBJECT_WORDS = 5
FEWEST_NAMES = 3


def the_model_wrote_them(work: EmailsWork, result: EmailsResult) -> Iterator[str]:
    """If the model was asked, the emails are not the template's."""
    if work.use_ai and result.used_fallback:
        yield f"the template stood in: {result.fallback_reason}"


def subjects_are_short(work: EmailsWork, result: EmailsResult) -> Iterator[str]:
    """At most five words."""
    for email in result.emails:
        yield from outside(words(email.subject), 1, MOST_SUBJECT_WORDS, f"words of “{email.subject}”")


def readers_are_greeted(work: EmailsWork, result: EmailsResult) -> Iterator[str]:
    """Each email greets the reader by name."""
    for email in result.emails:
        if "{{first_name}}" not in email.body:
            yield f"day {email.day} does not greet"


def the_sender_is_there(work: EmailsWork, result: EmailsResult) -> Iterator[str]:
    """The sender's name appears at least three times."""
    for email in result.emails:
        named = email.body.count(work.sender_name.split()[0])
        yield from outside(named, FEWEST_NAMES, 9, f"times the sender's name on day {email.day}")


def emails_end_with_the_signature(work: EmailsWork, result: EmailsResult) -> Iterator[str]:
    """The sender's name stands on a line of its own, the last one before the postscript."""
    for email in result.emails:
        signed, _, _ = email.body.partition("\n\nP.S.")
        if signed.rstrip().splitlines()[-1].strip() != work.sender_name:
            yield f"day {email.day} does not end with “{work.sender_name}”"


def each_asks_one_question(work: EmailsWork, result: EmailsResult) -> Iterator[str]:
    """The body contains the question that readers should answer."""
    for email in result.emails:
        if email.reply_trigger.strip() not in email.body:
            yield f"day {email.day} does not ask its question"


def the_resource_is_delivered(work: EmailsWork, result: EmailsResult) -> Iterator[str]:
    """Day 0 contains the link."""
    if work.resource_url and work.resource_url not in result.emails[0].body:
        yield "day 0 does not deliver"


def the_video_is_shown(work: EmailsWork, result: EmailsResult) -> Iterator[str]:
    """Day 1 links the video."""
    if work.best_video and work.best_video.url not in result.emails[1].body:
        yield "day 1 does not show the video"


def the_links_are_listed(work: EmailsWork, result: EmailsResult) -> Iterator[str]:
    """Day 2 lists the links."""
    for link in work.content_links[:5]:
        if link.url not in result.emails[2].body:
            yield f"day 2 does not list {link.url}"


def no_hype(work: EmailsWork, result: EmailsResult) -> Iterator[str]:
    """No advertising words, no emoji, at most one exclamation mark in all emails."""
    text = texts_of(result).casefold().replace("’", "'")
    for phrase in HYPE:
        if phrase in text:
            yield f"says “{phrase}”"
    yield from outside(len(emoji(text)), 0, 0, "emoji")
    yield from outside(text.count("!"), 0, 1, "exclamation marks")


def figures_are_the_owners(work: EmailsWork, result: EmailsResult) -> Iterator[str]:
    """Every figure comes from the material."""
    return invented_figures("\n".join(email.body for email in result.emails), texts_of(work))


RULES = (
    the_model_wrote_them,
    subjects_are_short,
    readers_are_greeted,
    the_sender_is_there,
    emails_end_with_the_signature,
    each_asks_one_question,
    the_resource_is_delivered,
    the_video_is_shown,
    the_links_are_listed,
    no_hype,
    figures_are_the_owners,
)
