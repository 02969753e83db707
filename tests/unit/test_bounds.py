"""Every number, text and list from a caller, an owner or a model has bounds in its shape."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Annotated, Any, get_args

import lodestone_gateway.api
import pytest
from lodestone.jobs import JOB_TYPES
from lodestone.jobs.interactive import MAX_STEPS, AssessmentConfig, AssessmentQuestion
from lodestone.llm.asked_shape import asked_shape
from lodestone.wire import MAX_COUNT, MAX_NUMBER, MAX_TEXT, WireModel
from lodestone_content.posts.draft import Closing as PostsClosing
from lodestone_extraction.extraction.configs import config_of
from lodestone_extraction.extraction.draft import Closing as ContentClosing
from lodestone_ideation.ideation.draft import Drafts, concept_of
from lodestone_polish.polish.draft import Hero
from pydantic import BaseModel, TypeAdapter, ValidationError

# Fields that are bounded by something other than their shape.
BY_THE_BODY = "stored as sent: the size and the depth of the request's body are bounded"
ELSEWHERE = {
    "OtherBlock": BY_THE_BODY,
    "BrandKitChanges.styleProfile": BY_THE_BODY,
    "LeadMagnetChanges.generatedContent": BY_THE_BODY,
    "LeadMagnetChanges.interactiveConfig": "validated by the archetype's own configuration",
    "DraftToSave.wizardState": BY_THE_BODY,
    "ExtractionInput.action": "only one value is valid",
}
ABSURD = (10**30, -(10**30), 1e300, -1e300, float("inf"), float("nan"))


def bodies() -> Iterator[type[BaseModel]]:
    """The bodies of the API's routes, including those of new modules."""
    for found in pkgutil.iter_modules(lodestone_gateway.api.__path__, "lodestone_gateway.api."):
        module = importlib.import_module(found.name)
        yield from _taken_by_handlers(module)


def _taken_by_handlers(module: ModuleType) -> Iterator[type[BaseModel]]:
    for _, function in inspect.getmembers(module, inspect.iscoroutinefunction):
        kind = function.__annotations__.get("body") if function.__module__ == module.__name__ else None
        if inspect.isclass(kind) and issubclass(kind, BaseModel):
            yield kind


JOBS = [
    shape
    for job in JOB_TYPES.values()
    for shape in (job.input, job.work, job.result, *([job.item] if job.item else []))
]
STRICT: list[type[BaseModel]] = [
    PostsClosing,
    ContentClosing,
    Hero,
]  # the models that a model's answer becomes before it is a result
ROOTS: list[type[BaseModel]] = [*JOBS, *bodies(), *STRICT]


def models(kind: Any) -> Iterator[type[BaseModel]]:
    """The models inside a type."""
    if inspect.isclass(kind) and issubclass(kind, BaseModel):
        yield kind
    for part in get_args(kind):
        yield from models(part)


def reached(roots: list[type[BaseModel]]) -> list[type[BaseModel]]:
    found: dict[type[BaseModel], None] = {}
    waiting = list(roots)
    while waiting:
        model = waiting.pop()
        if model not in found:
            found[model] = None
            waiting += [inner for field in model.model_fields.values() for inner in models(field.annotation)]
    return sorted(found, key=lambda model: model.__name__)


def holes(schema: dict[str, Any], where: str) -> Iterator[str]:
    """The places of texts, lists or objects without a bound; nested models are checked on their own."""
    for word in ("anyOf", "oneOf", "allOf"):
        for part in schema.get(word, []):
            yield from holes(part, where)
    kind = schema.get("type")
    is_chosen = "enum" in schema or "const" in schema or "format" in schema
    if kind == "string" and not is_chosen and "maxLength" not in schema:
        yield where
    if kind == "array":
        if "maxItems" not in schema:
            yield where
        yield from holes(schema.get("items", {}), where)
    if kind == "object" and "maxProperties" not in schema:
        yield where


@pytest.mark.parametrize("model", reached(ROOTS), ids=lambda model: model.__name__)
def test_texts_lists_and_objects_have_a_bound(model: type[BaseModel]) -> None:
    schema = model.model_json_schema()
    own = schema if "properties" in schema else schema["$defs"][model.__name__]
    found = {
        hole for name, part in own["properties"].items() for hole in holes(part, f"{model.__name__}.{name}")
    }
    if own.get("additionalProperties"):
        found.add(model.__name__)

    assert found <= ELSEWHERE.keys()


@pytest.mark.parametrize("model", reached(ROOTS), ids=lambda model: model.__name__)
def test_numbers_have_a_bound_on_both_sides(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        adapter = TypeAdapter[Any](_annotated(field))
        if _takes(adapter, 1) and not _takes(adapter, {}) and not _takes(adapter, "x"):
            assert not [number for number in ABSURD if _takes(adapter, number)], name
        if _takes(adapter, [1, 2]):
            assert not [number for number in ABSURD if _takes(adapter, [number, number])], name


def _annotated(field: Any) -> Any:
    return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation


def _takes(adapter: TypeAdapter[Any], value: Any) -> bool:
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


def test_all_kinds_of_bodies_are_looked_at() -> None:
    names = {model.__name__ for model in reached(ROOTS)}

    assert {"BrandKitChanges", "LeadMagnetChanges", "NewLeadMagnet", "NewEmails", "DraftToSave"} <= names
    assert {"AssessmentQuestion", "CalculatorInput", "GptConfig", "Concept", "NumberedItem", "Table"} <= names


# The bounds, for values that one might think are too large.


def question(**scale: int) -> dict[str, Any]:
    return {"id": "q1", "text": "How sure?", "type": "scale", **scale}


@pytest.mark.parametrize("ends", [(0, 100), (1, 10), (-50, 50), (900, 1_000)])
def test_a_scale_may_have_a_hundred_steps(ends: tuple[int, int]) -> None:
    assert AssessmentQuestion.model_validate(question(scaleMin=ends[0], scaleMax=ends[1]))


@pytest.mark.parametrize("ends", [(0, MAX_STEPS + 1), (1, 3_000_000), (-1_000, 1_000), (10**40, 10**41)])
def test_a_scale_of_more_steps_is_refused_by_the_name_of_its_end(ends: tuple[int, int]) -> None:
    with pytest.raises(ValidationError) as refused:
        AssessmentQuestion.model_validate(question(scaleMin=ends[0], scaleMax=ends[1]))

    assert "scaleMax" in {error["loc"][0] for error in refused.value.errors()}


def test_a_model_s_configuration_without_bounds_is_no_configuration() -> None:
    given = {
        "headline": "h",
        "description": "d",
        "questions": [question(scaleMin=1, scaleMax=3_000_000)],
        "scoring": {"method": "sum", "ranges": [{"min": 0, "max": 9, "label": "l", "description": "d"}]},
    }

    with pytest.raises(ValidationError, match="scaleMax"):
        config_of("assessment", given)  # type: ignore[arg-type]


def test_a_model_s_text_without_end_is_no_idea() -> None:
    draft = {
        name: "x" for name in ("title", "painSolved", "whyNowHook", "deliveryFormat", "creationTimeEstimate")
    }

    with pytest.raises(ValidationError, match="contents"):
        concept_of({**draft, "contents": "x" * (MAX_TEXT + 1)}, "prompt")  # type: ignore[arg-type]


SUPPORTED = {
    "$defs",
    "$ref",
    "type",
    "properties",
    "required",
    "additionalProperties",
    "description",
    "title",
}
SUPPORTED |= {"enum", "const", "anyOf", "allOf", "items", "minItems", "format", "default"}


@pytest.mark.parametrize(
    "shape", [Drafts, AssessmentConfig, ContentClosing, *JOBS], ids=lambda kind: kind.__name__
)
def test_a_model_is_told_no_bound_that_only_we_need(shape: type[WireModel]) -> None:
    def words(schema: Any) -> Iterator[str]:
        for name, part in schema.items():
            yield name
            for inner in part.values() if name in ("properties", "$defs") else [part]:
                for each in inner if isinstance(inner, list) else [inner]:
                    if isinstance(each, dict):
                        yield from words(each)

    schema = asked_shape(shape)

    assert set(words(schema)) <= SUPPORTED
    told = str(schema)
    assert not [bound for bound in (MAX_TEXT, MAX_NUMBER, MAX_COUNT) if str(bound) in told]
