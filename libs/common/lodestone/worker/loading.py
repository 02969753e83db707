"""From a registry entry to its handler: `lodestone_<service>.<type>.job`, our single convention."""

import importlib
import inspect
from dataclasses import dataclass

from lodestone.errors import Misconfigured
from lodestone.events import Prompt
from lodestone.jobs.job_type import JobType
from lodestone.wire import WireModel
from lodestone.worker.handler import Handler


@dataclass(frozen=True)
class LoadedJob:
    """A job type with what runs it."""

    job_type: JobType
    run: Handler[WireModel, WireModel]
    prompt: Prompt
    model: str


def load_job(job_type: JobType, models: dict[str, str]) -> LoadedJob:
    """The handler of a job type. Raises Misconfigured with the file to write when it is missing or wrong."""
    module_name = f"lodestone_{job_type.service}.{job_type.name}.job"
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise Misconfigured(
            f"The job type {job_type.name} needs the module {module_name}: {error}."
        ) from error
    run = getattr(module, "run", None)
    expected = {"work": job_type.work, "return": job_type.result}
    found = inspect.get_annotations(run, eval_str=True) if run else {}
    if not run or any(found.get(name) is not model for name, model in expected.items()):
        raise Misconfigured(
            f"{module_name} must have `async def run(work: {job_type.work.__name__}, job: JobContext, "
            f"llm: Llm) -> {job_type.result.__name__}`, as the registry declares."
        )
    model = models.get(job_type.name, job_type.model)
    return LoadedJob(job_type=job_type, run=run, prompt=module.PROMPT.identity(), model=model)
