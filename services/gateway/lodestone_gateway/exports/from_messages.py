"""Posts and emails, as documents and as rows of a table. Pure."""

from collections.abc import Sequence

from lodestone.languages import language_of_all
from lodestone.wire import JsonObject

from lodestone_gateway.exports.document import Document, Heading, Paragraph, Part
from lodestone_gateway.exports.labels import labels_in

Rows = list[list[str]]


def of_posts(posts: Sequence[JsonObject], message: str, word: str, title: str) -> Document:
    """The posts, and the message for those who comment `word`."""
    language = language_of_all(posts)
    labels = labels_in(language)
    parts: list[Part] = []
    for number, post in enumerate(posts, start=1):
        parts += [
            Heading(f"{labels.post} {number}: {labels.of_opening(post['hookType'])}"),
            Paragraph(post["post"]),
        ]
    if message:
        parts += [Heading(labels.of_message(word)), Paragraph(message)]
    return Document(title, parts, language or "")


def rows_of_posts(posts: Sequence[JsonObject], message: str, word: str) -> Rows:
    """A row for each post, and one for the message."""
    labels = labels_in(language_of_all(posts))
    rows = [
        [f"{labels.post} {number}", labels.of_opening(post["hookType"]), post["post"]]
        for number, post in enumerate(posts, start=1)
    ]
    last = [labels.message_row, labels.of_message(word), message]
    return [[*labels.post_columns], *rows, *([last] if message else [])]


def of_emails(emails: Sequence[JsonObject], title: str) -> Document:
    """The emails by day."""
    language = language_of_all(emails)
    labels = labels_in(language)
    parts: list[Part] = []
    for email in emails:
        parts += [
            Heading(f"{labels.day} {email['day']}: {email['subject']}"),
            Paragraph(email["body"]),
            Paragraph(f"{labels.reply}: {email['replyTrigger']}", "quiet"),
        ]
    return Document(title, parts, language or "")


def rows_of_emails(emails: Sequence[JsonObject]) -> Rows:
    """A row for each email, as mail tools import them."""
    rows = [[str(each["day"]), each["subject"], each["body"], each["replyTrigger"]] for each in emails]
    return [[*labels_in(language_of_all(emails)).email_columns], *rows]
