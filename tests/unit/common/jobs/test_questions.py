import pytest
from lodestone.jobs.lead_magnet import ARCHETYPES, Archetype
from lodestone.jobs.questions import questions_for

IDS = {  # a star marks an optional question
    "single-breakdown": "example walkthrough psychology insight adaptation",
    "single-system": "outcome steps pitfalls templates results differentiation",
    "focused-toolkit": "useCase items content context testing exclusions*",
    "single-calculator": "question inputs logic output interpretation limitations*",
    "focused-directory": "need items dataPoints experience choosing excluded*",
    "mini-training": "skill chunks teaching practice mistakes beforeAfter*",
    "one-story": "summary before journey turningPoint after lessons",
    "prompt": "task prompt inputs examples technique tips*",
    "assessment": "evaluates questions scoring ranges actions benchmarks*",
    "workflow": "purpose steps setup customization timeSaved troubleshooting*",
}


def test_there_are_59_questions() -> None:
    assert sum(len(questions_for(archetype)) for archetype in ARCHETYPES) == 59


@pytest.mark.parametrize("archetype", ARCHETYPES)
def test_each_archetype_asks_its_questions_in_order(archetype: Archetype) -> None:
    asked = [question.id + ("" if question.required else "*") for question in questions_for(archetype)]

    assert asked == IDS[archetype].split()


@pytest.mark.parametrize("archetype", ARCHETYPES)
def test_no_question_is_asked_twice_and_every_hint_says_something(archetype: Archetype) -> None:
    questions = questions_for(archetype)

    assert len({question.question for question in questions}) == len(questions)
    assert all(question.question.endswith(("?", ".")) for question in questions)
    assert all(question.context is None or question.context.strip() for question in questions)


def test_the_file_is_read_once() -> None:
    assert questions_for(Archetype.PROMPT) is questions_for(Archetype.PROMPT)
