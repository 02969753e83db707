import pytest
from lodestone.jobs.content import ChosenConcept, ExtractedContent, WrittenContent, WrittenSection
from support.samples import extracted_content, problems

OWN_IDEA = {"title": "The Quote", "painSolved": "Lost tenders"}


def test_a_concept_of_ones_own_needs_only_title_and_pain() -> None:
    concept = ChosenConcept.model_validate(OWN_IDEA)

    assert concept.contents == concept.why_now_hook == ""
    assert concept.bundle_potential == []
    assert not any(concept.viral_check.model_dump().values())


@pytest.mark.parametrize("name", ["title", "painSolved"])
@pytest.mark.parametrize("value", ["", "  ", None])
def test_a_concept_without_title_or_pain_is_refused(name: str, value: str | None) -> None:
    assert list(problems(ChosenConcept, OWN_IDEA | {name: value})) == [name]


def test_gaps_of_a_concept_are_closed() -> None:
    concept = ChosenConcept.model_validate(
        OWN_IDEA
        | {
            "archetypeName": None,
            "viralCheck": {"actionableUnder1h": True, "simple": None},
            "bundlePotential": "One thing",
        }
    )

    assert concept.archetype_name == ""
    assert concept.bundle_potential == ["One thing"]
    assert concept.viral_check.actionable_under1h
    assert not concept.viral_check.simple
    assert ChosenConcept.model_validate(OWN_IDEA | {"bundlePotential": None}).bundle_potential == []
    assert not ChosenConcept.model_validate(OWN_IDEA | {"viralCheck": None}).viral_check.simple


def test_a_wrong_kind_of_field_in_a_concept_is_still_refused() -> None:
    wrong = OWN_IDEA | {"viralCheck": "yes", "bundlePotential": 3, "contents": ["a"]}

    assert set(problems(ChosenConcept, wrong)) == {"viralCheck", "bundlePotential", "contents"}


def test_written_content_is_valid_kept_content() -> None:
    written = WrittenContent.model_validate(extracted_content())

    assert ExtractedContent.model_validate(written.to_wire()).to_wire() == extracted_content()


@pytest.mark.parametrize(
    "name", ["title", "format", "nonObviousInsight", "personalExperience", "proof", "differentiation"]
)
def test_written_content_leaves_no_text_out(name: str) -> None:
    assert list(problems(WrittenContent, extracted_content() | {name: " "})) == [name]


def test_kept_content_may_have_been_emptied_by_its_owner() -> None:
    emptied = extracted_content() | {"format": "", "proof": "", "differentiation": "", "commonMistakes": []}

    assert problems(ExtractedContent, emptied) == {}


@pytest.mark.parametrize("model", [ExtractedContent, WrittenContent])
def test_content_has_a_section_and_a_section_has_contents(model: type[ExtractedContent]) -> None:
    hollow = extracted_content()
    hollow["structure"][0]["contents"] = []

    assert list(problems(model, extracted_content() | {"structure": []})) == ["structure"]
    assert list(problems(model, hollow)) == ["structure.0.contents"]


def test_a_text_in_contents_becomes_an_item() -> None:
    content = extracted_content()
    content["structure"][0]["contents"] = ["Price the delay. Then stop talking."]

    item = ExtractedContent.model_validate(content).structure[0].contents[0]

    assert item.to_wire() == {
        "headline": "Price the delay.",
        "summary": "Price the delay. Then stop talking.",
        "detail": "",
    }


def test_extraction_may_not_write_an_item_without_detail() -> None:
    section = extracted_content()["structure"][0]
    section["contents"][0]["detail"] = ""

    assert list(problems(WrittenSection, section)) == ["contents.0.detail"]


@pytest.mark.parametrize(
    ("mistake", "text"),
    [
        ("Too many pages", "Too many pages"),
        ({"mistake": "Too many pages", "why": "Nobody reads them"}, "Too many pages: Nobody reads them"),
        ({"id": 3, "note": " ", "a": "One", "b": "Two", "c": "Three"}, "One: Two"),
        ({"mistake": "Alone"}, "Alone"),
    ],
)
def test_a_mistake_becomes_one_text(mistake: object, text: str) -> None:
    content = ExtractedContent.model_validate(extracted_content() | {"commonMistakes": [mistake]})

    assert content.common_mistakes == [text]


def test_a_mistake_without_any_text_is_refused() -> None:
    found = problems(ExtractedContent, extracted_content() | {"commonMistakes": [{"id": 3}]})

    assert list(found) == ["commonMistakes.0"]
