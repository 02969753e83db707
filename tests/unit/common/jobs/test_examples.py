import pytest
from lodestone.jobs import job_type
from support.samples import INPUTS, example_input, is_part_of, problems

NAMES = sorted(path.stem for path in INPUTS.glob("*.json"))


def test_the_seven_examples_are_there() -> None:
    assert NAMES == [
        "answers-call",
        "extraction-single-calculator",
        "extraction-single-system",
        "ideation-b2b-consultant",
        "ideation-fitness-coach",
        "ideation-saas-founder",
        "posts",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_a_valid_input_and_keeps_its_texts(name: str) -> None:
    found = job_type(name.partition("-")[0])
    body = example_input(name)

    assert problems(found.input, body) == {}
    sent = found.input.model_validate(body).to_wire()
    body.pop("action", None)
    assert is_part_of(body, sent)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_stored_of_an_example_is_valid_work(name: str) -> None:
    found = job_type(name.partition("-")[0])
    stored = found.input.model_validate(example_input(name)).to_wire()

    assert found.work.model_validate(stored).to_wire() == stored
