import dataclasses

import pytest
from lodestone.deadlines import TimeLimits
from lodestone.errors import LodestoneError, Misconfigured
from lodestone.jobs import JOB_TYPES, check_registry, job_type
from lodestone.jobs.job_type import JobType
from lodestone.wire import WireModel

TYPES = list(JOB_TYPES.values())


def test_the_six_job_types_stand_in_their_order() -> None:
    assert list(JOB_TYPES) == ["ideation", "extraction", "polish", "posts", "emails", "answers"]


def test_a_job_type_is_found_by_its_name() -> None:
    assert all(job_type(name) is found and found.name == name for name, found in JOB_TYPES.items())


def test_an_unknown_name_says_which_names_there_are() -> None:
    with pytest.raises(LodestoneError, match=r"'carousel'.*ideation, extraction"):
        job_type("carousel")


def test_the_registry_as_it_is_passes_its_check() -> None:
    check_registry()


def test_two_job_types_of_one_name_stop_the_process() -> None:
    with pytest.raises(Misconfigured, match="same name"):
        check_registry((TYPES[0], TYPES[0]))


@pytest.mark.parametrize("name", ["", "two words", "dotted.name", "star*", "more>", "Upper", "tab\t"])
def test_a_name_that_is_no_subject_token_stops_the_process(name: str) -> None:
    with pytest.raises(Misconfigured, match="subject"):
        check_registry((dataclasses.replace(TYPES[0], name=name),))


def test_limits_out_of_order_stop_the_process() -> None:
    limits = TimeLimits(deadline=600, attempt=240, call=270)

    with pytest.raises(Misconfigured, match="posts"):
        check_registry((dataclasses.replace(job_type("posts"), limits=limits),))


@pytest.mark.parametrize(
    ("name", "path", "service", "saves_to", "deadline", "attempt", "call", "model"),
    [
        ("ideation", "ideate", "ideation", "brand_kit", 600, 270, 240, "claude-sonnet-5-5"),
        ("extraction", "extract", "extraction", "lead_magnet", 600, 270, 240, "claude-sonnet-5-5"),
        ("polish", "polish", "polish", "lead_magnet", 600, 270, 240, "claude-opus-5-5"),
        ("posts", "posts", "content", "lead_magnet", 300, 150, 120, "claude-sonnet-5-5"),
        ("emails", "emails", "content", "email_sequence", 300, 150, 120, "claude-sonnet-5-5"),
        ("answers", "answers", "extraction", None, 300, 150, 120, "claude-sonnet-5-5"),
    ],
)
def test_each_type_has_its_route_service_limits_and_model(
    name: str, path: str, service: str, saves_to: str, deadline: int, attempt: int, call: int, model: str
) -> None:
    found = job_type(name)

    assert (found.path, found.service, found.saves_to, found.model) == (path, service, saves_to, model)
    assert (found.limits.deadline, found.limits.attempt, found.limits.call) == (deadline, attempt, call)
    assert found.limits.provider_idle == 60
    assert (found.max_attempts, found.poison_limit) == (3, 5)


@pytest.mark.parametrize("found", TYPES, ids=lambda found: found.name)
def test_every_model_of_a_type_has_a_schema_in_camel_case(found: JobType) -> None:
    for model in (found.input, found.work, found.result):
        assert not [name for name in _properties(model) if "_" in name]


def _properties(model: type[WireModel]) -> set[str]:
    schema = model.model_json_schema(mode="serialization")
    parts = [schema, *schema.get("$defs", {}).values()]
    return {name for part in parts for name in part.get("properties", {})}
