"""From a registry entry to its handler: `lodestone_<service>.<type>.job`, our single convention."""

import importlib
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from lodestone.errors import Misconfigured
from lodestone.events import Prompt
from lodestone.jobs.job_type import JobType
from lodestone.llm.usage import has_price
from lodestone.wire import WireModel
from lodestone.worker.handler import Handler, MakePart, StandIn

_AS_DECLARED: Mapping[str, Decimal] = MappingProxyType({})


@dataclass(frozen=True)
class JobDefinition:
    """A job type with what runs it: the handler and the settings of this process."""

    job_type: JobType
    run: Handler[WireModel, WireModel]
    stand_in: StandIn[WireModel, WireModel] | None
    make_part: MakePart[WireModel, WireModel] | None
    prompt: Prompt
    model: str
    budget_usd: Decimal


def load_definition(
    job_type: JobType, models: Mapping[str, str], budgets_usd: Mapping[str, Decimal] = _AS_DECLARED
) -> JobDefinition:
    """The handler of a job type. Raises Misconfigured with the file to write when it is missing or wrong."""
    module_name = f"lodestone_{job_type.service}.{job_type.name}.job"
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise Misconfigured(
            f"The job type {job_type.name} needs the module {module_name}: {error}."
        ) from error
    run: Any = getattr(module, "run", None)
    stand_in: Any = getattr(module, "stand_in", None)
    make_part: Any = getattr(module, "make_part", None) if job_type.parts else None
    if not _fits(run, job_type):
        raise Misconfigured(_wanted(module_name, "run", "llm: Llm", job_type))
    if stand_in and not _fits(stand_in, job_type):
        raise Misconfigured(_wanted(module_name, "stand_in", "reason: ErrorCode", job_type))
    if job_type.parts and not _takes(make_part, job_type):
        raise Misconfigured(
            f"{module_name} must have `async def make_part(work: {job_type.work.__name__}, "
            "part: RequestedPart, context: JobContext, llm: Llm)`, as the registry declares parts."
        )
    model = models.get(job_type.name, job_type.model)
    if not has_price(model):
        # Its calls would be booked at 0, and no budget would limit them.
        raise Misconfigured(
            f"LODESTONE_MODELS names {model} for {job_type.name}, a model without a known price. "
            "Correct its name, or choose one that `genai-prices` knows."
        )
    return JobDefinition(
        job_type=job_type,
        run=run,
        stand_in=stand_in,
        make_part=make_part,
        prompt=module.PROMPT.identity(),
        model=model,
        budget_usd=budgets_usd.get(job_type.name, job_type.budget_usd),
    )


def _fits(function: Any, job_type: JobType) -> bool:
    """Whether it goes from the job type's work to its result."""
    return _takes(function, job_type) and _annotated(function)["return"] is job_type.result


def _takes(function: Any, job_type: JobType) -> bool:
    """Whether it takes the job type's work, and says what it returns."""
    found = _annotated(function)
    return found.get("work") is job_type.work and "return" in found


def _annotated(function: Any) -> dict[str, Any]:
    return inspect.get_annotations(function, eval_str=True) if function else {}


def _wanted(module: str, name: str, last: str, job_type: JobType) -> str:
    return (
        f"{module} must have `async def {name}(work: {job_type.work.__name__}, context: JobContext, {last}) "
        f"-> {job_type.result.__name__}`, as the registry declares."
    )
