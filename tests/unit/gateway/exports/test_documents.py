"""A page and the content in every format, opened by other libraries: every text is there, by the letter."""

import csv
import io
from collections.abc import Callable
from html import escape, unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lodestone.languages import Language
from lodestone_content.posts.hooks import HookType
from lodestone_gateway.exports.csv_file import to_csv
from lodestone_gateway.exports.document import Document, Heading, Paragraph, of_json, to_json
from lodestone_gateway.exports.from_content import of_content
from lodestone_gateway.exports.from_messages import of_emails, of_posts, rows_of_emails, rows_of_posts
from lodestone_gateway.exports.from_page import of_page
from lodestone_gateway.exports.labels import labels_in
from lodestone_gateway.exports.markdown import to_markdown
from lodestone_gateway.exports.pages import to_html
from lodestone_gateway.exports.pdf import CannotShow, to_pdf
from lodestone_gateway.exports.printable import printable
from lodestone_gateway.exports.word import to_docx
from support.block_samples import SAID, page
from support.files_read import (
    fonts_of_pdf,
    html_of_markdown,
    language_of_pdf,
    languages_of_docx,
    shows_its_title,
    text_of_docx,
    text_of_html,
    text_of_pdf,
)
from support.samples import extracted_content

TITLE = "The two-page quote"
PAGE = of_page(page(), TITLE)
READERS: dict[str, Callable[[Document], str]] = {
    "md": lambda document: text_of_html(html_of_markdown(to_markdown(document))),
    "html": lambda document: text_of_html(to_html(document).decode()),
    "pdf": lambda document: text_of_pdf(to_pdf(document)),
    "docx": lambda document: text_of_docx(to_docx(document)),
}


def said_in(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


@pytest.mark.parametrize("format", READERS)
def test_every_text_of_every_block_is_in_the_file(format: str) -> None:
    found = said_in(READERS[format](PAGE))

    assert [text for text in [TITLE, *SAID] if said_in(text) not in found] == []


FRENCH = [
    {
        "sectionName": "Avant la brosse",
        "introduction": "C'est le chien qui décide quand on commence, et vous attendez avec lui.",
        "contents": [{"headline": "Attendez", "summary": "Le chien vient à vous.", "detail": ""}],
        "keyTakeaway": "Attendre fait partie du travail.",
    }
]


def french() -> Document:
    return of_content({**extracted_content(), "structure": FRENCH, "proof": "", "differentiation": ""}, TITLE)


def test_a_file_says_its_language_to_other_programs() -> None:
    document = french()
    docx, pdf = to_docx(document), to_pdf(document)

    assert document.language == "fr"
    assert '<html lang="fr">' in to_html(document).decode()
    assert languages_of_docx(docx) == {"fr"}
    assert (language_of_pdf(pdf), shows_its_title(pdf)) == ("fr", True)


def test_its_own_labels_are_in_that_language() -> None:
    document = french()

    for read in READERS.values():
        assert "À retenir:" in said_in(read(document)).replace(" :", ":")
        assert "Erreurs fréquentes" in said_in(read(document))


def test_remarks_posts_and_emails_are_headed_in_that_language() -> None:
    said = "C’est le chien qui décide quand on commence, et vous attendez avec lui."
    styles = ("info", "warning", "success")
    blocks = [{"type": "callout", "content": said, "style": style} for style in styles]
    section = {**page()["sections"][0], "blocks": blocks, "introduction": said, "keyTakeaway": said}
    remarks = to_markdown(of_page(page(sections=[section], heroSummary=said), TITLE)).decode()
    post, email = {"hookType": "fear", "post": said}, {"day": 3, "subject": said, "body": said}
    posts = to_markdown(of_posts([post], said, "LIEN", TITLE)).decode()
    emails = to_markdown(of_emails([{**email, "replyTrigger": said}], TITLE)).decode()

    assert [f"> **{label}:** {said}" in remarks for label in ("À noter", "Attention", "Bien")] == [True] * 3
    assert "## Publication 1: " in posts
    assert "## Message à ceux qui commentent « LIEN »" in posts
    assert f"## Jour 3: {said}" in emails
    assert "Demande une réponse: " in emails


def test_a_file_whose_texts_tell_no_language_claims_none() -> None:
    document = Document("見積もり", [Paragraph("見積書は今日送ってください。")])

    assert "<html>" in to_html(document).decode()
    assert languages_of_docx(to_docx(document)) == {"en-US"}
    assert language_of_pdf(to_pdf(Document("1 2 3", []))) is None


@pytest.mark.parametrize("language", [*Language, None])
def test_every_language_has_its_labels(language: Language | None) -> None:
    told = labels_in(language)

    assert all(vars(told).values())
    assert set(told.openings) == set(HookType)
    assert (told == labels_in(Language.ENGLISH)) == (language in (None, Language.ENGLISH))


@pytest.mark.parametrize("format", READERS)
def test_every_text_of_the_content_is_in_the_file(format: str) -> None:
    found = said_in(READERS[format](of_content(extracted_content(), TITLE)))

    for text in (
        "The Two-Page Quote",
        "Ask what waiting costs.",
        "Write it down.",
        "24%",
        "differ only by hours",
    ):
        assert text in found


def test_a_pdf_carries_its_fonts_and_says_what_it_is() -> None:
    assert fonts_of_pdf(to_pdf(PAGE)) >= {"DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSansMono"}


def test_letters_that_no_font_has_refuse_the_pdf_and_emoji_are_left_out() -> None:
    with pytest.raises(CannotShow, match="日"):
        to_pdf(Document("日本", []))

    assert text_of_pdf(to_pdf(Document("Fine 🎉", []))).startswith("Fine")


def test_a_page_runs_nothing_and_asks_nobody() -> None:
    file = to_html(PAGE).decode()

    assert "default-src 'none'" in unescape(file)
    assert "<script" not in file
    assert "src=" not in file
    assert "javascript:" not in file
    assert escape("<b>not bold</b>") in file


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=60))
@example("__0__")
def test_markdown_says_what_the_text_said(text: str) -> None:
    written = to_markdown(Document("T", [Heading("H"), Paragraph(text)]))

    found = text_of_html(html_of_markdown(written)).split("\n", 2)[2] if text.strip() else ""
    assert found.split() == text.split()


@pytest.mark.parametrize("beginning", ["=1+1", "+1", "-1", "@sum", "\t=1", " =1", "\n=1", "＝1"])
def test_no_cell_is_a_formula(beginning: str) -> None:
    rows = list(csv.reader(io.StringIO(to_csv([[beginning, 'a "b", c\nd']]).decode("utf-8-sig"), newline="")))

    assert rows == [[f"'{beginning}", 'a "b", c\nd']]


def test_posts_and_emails_are_rows_with_a_head() -> None:
    posts = [{"hookType": "price-anchor", "post": "Größe"}]
    emails = [{"day": 0, "subject": "Here", "body": "Hello", "replyTrigger": "Why?"}]

    assert rows_of_posts(posts, "Hi {first_name}", "LINK")[1:] == [
        ["Post 1", "Price anchor", "Größe"],
        ["Message", "Message for people who comment “LINK”", "Hi {first_name}"],
    ]
    assert rows_of_emails(emails)[1] == ["0", "Here", "Hello", "Why?"]
    assert "[LINK]" in to_markdown(of_posts(posts, "Take it: [LINK]", "", TITLE)).decode()


IN_EACH_LANGUAGE = {
    "en": ("It is the dog who decides when you begin.", ["What", "Kind", "Text"], "Post 1: Price anchor"),
    "de": ("Es ist der Hund, der sagt, wann man beginnt.", ["Was", "Art", "Text"], "Beitrag 1: Preisanker"),
    "fr": (
        "C'est le chien qui décide quand on commence.",
        ["Élément", "Type", "Texte"],
        "Publication 1: Ancrage de prix",
    ),
    "es": (
        "Es el perro el que dice cuando se empieza.",
        ["Qué", "Tipo", "Texto"],
        "Publicación 1: Ancla de precio",
    ),
    "pt": (
        "Quem diz quando se começa é o cão, e não você.",
        ["O quê", "Tipo", "Texto"],
        "Publicação 1: Âncora de preço",
    ),
}
HEADS_OF_EMAILS = {
    "en": ["Day", "Subject", "Text", "Question that invites a reply"],
    "de": ["Tag", "Betreff", "Text", "Frage, die zur Antwort einlädt"],
    "fr": ["Jour", "Objet", "Texte", "Question qui invite à répondre"],
    "es": ["Día", "Asunto", "Texto", "Pregunta que invita a responder"],
    "pt": ["Dia", "Assunto", "Texto", "Pergunta que convida a responder"],
}


@pytest.mark.parametrize("language", Language)
def test_tables_and_the_openings_of_posts_are_in_the_language_of_the_texts(language: Language) -> None:
    said, heads, heading = IN_EACH_LANGUAGE[language]
    posts = [{"hookType": "price-anchor", "post": said}]
    emails = [{"day": 0, "subject": said, "body": said, "replyTrigger": said}]

    head, first, last = rows_of_posts(posts, said, "LINK")

    assert head == heads
    assert ": ".join(first[:2]) == heading
    assert last == [labels_in(language).message_row, labels_in(language).of_message("LINK"), said]
    assert f"## {heading}" in to_markdown(of_posts(posts, "", "", TITLE)).decode()
    assert rows_of_emails(emails)[0] == HEADS_OF_EMAILS[language]


def test_a_document_is_the_same_in_another_process() -> None:
    assert of_json(to_json(PAGE)) == PAGE


def test_what_no_file_can_hold_is_left_out() -> None:
    assert printable({"a": ["x\x0by\r\nz\ufffe", 1]}) == {"a": ["xy\nz", 1]}
