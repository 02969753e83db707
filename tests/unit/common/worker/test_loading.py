"""From a registry entry to its functions."""

import sys
from types import ModuleType
from typing import Any

import pytest
from lodestone.errors import ErrorCode, Misconfigured
from lodestone.jobs import JOB_TYPES
from lodestone.jobs.emails import EMAILS, EmailsResult, EmailsWork
from lodestone.jobs.posts import PostsInput
from lodestone.worker.handler import JobContext
from lodestone.worker.loading import load_definition
from lodestone_content.emails import job as emails_job

MODULE = "lodestone_content.emails.job"


async def stand_in_for_posts(work: PostsInput, context: JobContext, reason: ErrorCode) -> EmailsResult:
    raise NotImplementedError


async def fitting_stand_in(work: EmailsWork, context: JobContext, reason: ErrorCode) -> EmailsResult:
    raise NotImplementedError


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A stand-in for the emails' module, with everything it needs."""
    module: Any = ModuleType(MODULE)
    module.run, module.PROMPT, module.make_part = emails_job.run, emails_job.PROMPT, emails_job.make_part
    monkeypatch.setitem(sys.modules, MODULE, module)
    return module  # type: ignore[no-any-return]


def test_emails_alone_have_a_stand_in() -> None:
    assert [name for name, job in JOB_TYPES.items() if load_definition(job, {}).stand_in] == ["emails"]


def test_stand_in_is_loaded_where_there_is_one(module: Any) -> None:
    assert load_definition(EMAILS, {}).stand_in is None

    module.stand_in = fitting_stand_in

    assert load_definition(EMAILS, {}).stand_in is fitting_stand_in


def test_stand_in_for_another_job_type_is_refused_with_the_line_to_write(module: Any) -> None:
    module.stand_in = stand_in_for_posts

    with pytest.raises(Misconfigured, match=r"async def stand_in.work: EmailsWork, .*-> EmailsResult"):
        load_definition(EMAILS, {})


def test_module_without_run_is_refused_with_the_line_to_write(module: Any) -> None:
    del module.run

    with pytest.raises(Misconfigured, match=r"async def run.work: EmailsWork, .*-> EmailsResult"):
        load_definition(EMAILS, {})
