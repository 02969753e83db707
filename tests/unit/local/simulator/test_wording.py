"""What the simulator writes reads like something a person wrote, in each of its languages."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from anthropic import transform_schema
from hypothesis import given
from hypothesis import strategies as st
from lodestone.jobs.answers import AnswersResult
from lodestone.jobs.content import WrittenContent
from lodestone.jobs.emails import Email
from lodestone.jobs.ideation import IdeationAdvice
from lodestone.jobs.interactive import AssessmentConfig, CalculatorConfig, GptConfig
from lodestone.jobs.lead_magnet import Concept
from lodestone.jobs.polish import PolishedSection
from lodestone.jobs.posts import PostsResult
from lodestone.languages import Language, language_of
from lodestone_local.simulator.replies import write_reply
from lodestone_local.simulator.request import Prompt
from lodestone_local.simulator.wording.cutting import shortened
from lodestone_local.simulator.wording.english import English
from lodestone_local.simulator.wording.german import German
from lodestone_local.simulator.wording.language import language_of_material
from pydantic import BaseModel, create_model

PROMPTS = sorted(Path(__file__).parents[2].glob("*/*/snapshots/*.txt"))
"""What each job type really asks."""

GERMAN = """\
<business_description>
Ich helfe Handwerksbetrieben mit 5 bis 40 Leuten, Angebote schneller zu schreiben.
</business_description>
<urgent_pains>
- Aufträge gehen an billigere Anbieter mit schlechterer Arbeit
- Angebote bleiben abends liegen, weil niemand Zeit hat
</urgent_pains>
<templates>
- Aufmaßblatt auf einer Seite
</templates>
<results>
- Elektro Huber stieg in neun Monaten von 6 auf 14 Prozent Gewinn
</results>
"""

FRENCH = """\
<business_description>
J'aide les artisans de 5 à 40 personnes à écrire leurs devis plus vite.
</business_description>
<urgent_pains>
- Les commandes partent chez des concurrents moins chers
- Les devis restent le soir, parce que personne n'a le temps
</urgent_pains>
<templates>
- Feuille de mesures sur une page
</templates>
<results>
- L'entreprise Huber est passée en neuf mois de 6 à 14 pour cent de marge
</results>
"""
IDEATION = next(each for each in PROMPTS if each.stem == "ideation-fitness-coach").read_text(encoding="utf-8")

Batch = create_model("Batch", concepts=(list[Concept], ...))
Emails = create_model("Emails", emails=(list[Email], ...))
Page = create_model("Page", heroSummary=(str, ...), sections=(list[PolishedSection], ...))
SHAPES = (
    Batch,
    IdeationAdvice,
    AnswersResult,
    WrittenContent,
    CalculatorConfig,
    AssessmentConfig,
    GptConfig,
    Page,
    PostsResult,
    Emails,
)

SENTENCES = {
    "painSolved", "whyNowHook", "reason", "combinedValue", "releaseStrategy", "introduction", "summary",
    "detail", "keyTakeaway", "nonObviousInsight", "personalExperience", "proof", "differentiation",
    "commonMistakes", "heroSummary", "post", "whyThisAngle", "recommendation", "dmTemplate", "body",
    "answer", "missing", "replyTrigger", "recommendations", "systemPrompt", "welcomeMessage",
}  # fmt: skip
NOT_READ = {"id", "formula", "type", "groundedIn", "polishedAt", "archetype", "hookType", "colour"}
WORD = re.compile(r"[^\W\d_][\w'’-]*")
ENDS_WELL = re.compile(r"(?:[.?!…]\s?[”“’‘»]?|[”“»])$")
LEFT_OVER = re.compile(r"[\0{}]|\bNone\b|\.\.|[?!]\.|,[.,]| [,.](?=\s|$)|“”|„“|: *$")
DANGLING = {
    "en": re.compile(r"\b(?:an?|the|of|and|or|with)[.,;:?!”]", re.IGNORECASE),
    "de": re.compile(r"\b(?:der|die|den|dem|des|eine?[nmrs]?|und|oder|zu|von)[.;:?!“]", re.IGNORECASE),
    "fr": re.compile(r"\b(?:le|la|les|des?|du|et|ou|à|aux?)\s?[.,;:?!»]", re.IGNORECASE),
    "es": re.compile(r"\b(?:el|los?|las?|del?|y|o|al?)[.,;:?!»]", re.IGNORECASE),
    "pt": re.compile(r"\b(?:os?|as?|d[aeo]s?|e|ou|aos?)[.,;:?!»]", re.IGNORECASE),
}
WRONG_ARTICLE = re.compile(r"\ba (?!one)[aeio]|\ban [bcdfgjklmnpqrstvwxz]")
TWICE_IN_GERMAN = ("sie", "die", "der", "das")  # "machen Sie sie", "die, die"


def reply(shape: type[BaseModel], user: str) -> Any:
    return write_reply(transform_schema(shape), Prompt("Write well.", user, ()))


def texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, name)


def faults(name: str, text: str, language: str) -> Iterator[str]:
    """What a reader would stumble over."""
    lists = name in ("post", "body", "dmTemplate")  # whose paragraphs may lead to an address or a list
    for line in re.sub(r"\{+first_name\}+|https?://\S+", "X", text).splitlines():
        words = [word.lower() for word in WORD.findall(line)]
        twice = [word for word, after in pairwise(words) if word == after]
        yield from (f"{word} twice" for word in twice if language == "en" or word not in TWICE_IN_GERMAN)
        yield from (f"leftover {found!r}" for found in LEFT_OVER.findall(line) if found != ":" or not lists)
        yield from (f"dangling {found!r}" for found in DANGLING[language].findall(line))
        if language == "en" and WRONG_ARTICLE.search(line):
            yield "the wrong article"
        if name in SENTENCES and line[:1].islower() and (name, language) != ("body", "de"):
            yield "begins without a capital"
    if name in SENTENCES and not ENDS_WELL.search(text):
        yield "does not end"


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("prompt", [*PROMPTS, GERMAN], ids=lambda each: getattr(each, "stem", "german"))
def test_nobody_stumbles_over_a_text(shape: type[BaseModel], prompt: Path | str) -> None:
    user = prompt if isinstance(prompt, str) else prompt.read_text(encoding="utf-8")

    language = "de" if prompt == GERMAN else "en"
    said = [each for each in texts(reply(shape, user)) if each[0] not in NOT_READ and " " in each[1]]

    assert [(text, found) for name, text in said if (found := list(faults(name, text, language)))] == []


@pytest.mark.parametrize("shape", SHAPES)
def test_who_writes_german_is_answered_in_german(shape: type[BaseModel]) -> None:
    said = " ".join(text for _, text in texts(reply(shape, GERMAN)))

    assert language_of(said) is Language.GERMAN


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("language", Language)
def test_the_reply_is_in_the_language_that_the_voice_names(
    shape: type[BaseModel], language: Language
) -> None:
    """Also where the material is in another one; then nobody stumbles over a word of that."""
    material = FRENCH if language is Language.ENGLISH else IDEATION
    voice = f"<voice_language>\n{language.in_english}\n</voice_language>\n\n"
    said = [
        each for each in texts(reply(shape, voice + material)) if each[0] not in NOT_READ and " " in each[1]
    ]

    assert language_of(" ".join(text for _, text in said)) is language
    assert [(text, found) for name, text in said if (found := list(faults(name, text, language)))] == []
    assert [text for _, text in said if language_of(text) not in (None, language)] == []


@pytest.mark.parametrize("shape", SHAPES)
def test_who_writes_french_is_quoted_in_french(shape: type[BaseModel]) -> None:
    said = [each for each in texts(reply(shape, FRENCH)) if each[0] not in NOT_READ and " " in each[1]]

    assert language_of(" ".join(text for _, text in said)) is Language.FRENCH
    assert [(text, found) for name, text in said if (found := list(faults(name, text, "fr")))] == []
    if shape is Batch:
        assert any("Les devis restent le soir" in text for _, text in said)


def test_the_message_to_who_commented_is_signed() -> None:
    said = dict(texts(reply(PostsResult, f"<voice_name>\nJana Wirth\n</voice_name>\n{GERMAN}")))

    assert said["dmTemplate"].endswith("\n\nJana Wirth")


def test_our_own_questions_in_english_do_not_make_an_owner_english() -> None:
    answers = (
        "Question: Which one result does the system bring about, and how do you know it?\n"
        "outcome: Ein Angebot, das in einer Stunde fertig ist und die Preise zeigt.\n"
    )

    assert language_of_material(answers) is Language.GERMAN


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("Scope creep eats the margin", "scope creep eats the margin"),
        ("Ridgeline Structures moved", "Ridgeline Structures moved"),
        ("I lose tenders", "I lose tenders"),
        ("A margin workbook", "a margin workbook"),
        ("ROI of what we do", "ROI of what we do"),
    ],
)
def test_an_english_sentence_goes_on_without_a_capital_unless_a_name_follows(text: str, inside: str) -> None:
    assert English(frozenset({"scope"})).form(text, "inside") == inside


@pytest.mark.parametrize(
    ("text", "the"),
    [
        ("One-page scope sheet", "the one-page scope sheet"),
        ("A margin workbook in Excel", "the margin workbook in Excel"),
        ("Our product tour", "the product tour"),
        ("Tidepool's list of calls", "Tidepool's list of calls"),
    ],
)
def test_a_thing_has_one_article(text: str, the: str) -> None:
    assert English(frozenset({"product", "margin"})).form(text, "the") == the


@pytest.mark.parametrize(
    ("thing", "pronoun"),
    [
        ("One-page scope sheet", "it"),
        ("Loom walk-throughs", "them"),
        ("List of lost bids", "it"),
        ("Templates for a first call", "them"),
        ("Churn analysis", "it"),
        ("Sheet and letter", "them"),
    ],
)
def test_a_pronoun_agrees_with_the_head_of_the_thing(thing: str, pronoun: str) -> None:
    assert English(frozenset()).form(thing, "it") == pronoun


@pytest.mark.parametrize(
    ("case", "form"),
    [("nom", "der Rechner"), ("acc", "den Rechner"), ("dat", "dem Rechner"), ("gen", "des Rechners")],
)
def test_a_german_article_follows_gender_and_case(case: str, form: str) -> None:
    noun = {"gender": "m", "noun": "Rechner", "genitive": "Rechners"}

    assert German().kind(noun, case) == form


def test_a_quotation_within_a_quotation_has_the_other_marks() -> None:
    assert English(frozenset()).form("12 answers to “Too late”", "said") == "“12 answers to ‘Too late’”"
    assert German().form("Antworten auf „Zu spät“", "said") == "„Antworten auf ‚Zu spät‘“"


@given(st.text(max_size=300), st.integers(1, 20))
def test_a_shortened_text_is_a_part_of_it_and_short_enough(text: str, most: int) -> None:
    short = shortened(text, most)

    assert len(short.split()) <= most
    assert short in " ".join(text.split())


def test_a_text_is_shortened_where_it_pauses() -> None:
    assert (
        shortened("Tenders lost to cheaper rivals with weaker teams", 6) == "Tenders lost to cheaper rivals"
    )
    assert (
        shortened("Angebote bleiben abends liegen, weil niemand Zeit hat", 5)
        == "Angebote bleiben abends liegen"
    )
    assert shortened("Nothing here ever makes any pause whatsoever", 4) == ""
