"""The simulated provider's results keep the rules to which `make evals` holds the real model."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from evals.again import judged
from evals.cases import Case, load_cases
from evals.report import table
from evals.rules import all_rules, broken
from evals.run import run_case
from lodestone.errors import AttemptFailed
from lodestone.jobs import JOB_TYPES
from lodestone.llm.client import Llm
from lodestone.worker.loading import load_definition
from lodestone.worker.testing import MemoryContext, run_in_memory
from support.provider import Provider
from support.spoiling import SPOILS, spoiled

TESTS = Path(__file__).parents[1]
CASES = {case.name: case for case in load_cases()}
RICH = {
    "ideation": "ideation b2b-consultant",
    "answers": "answers call",
    "extraction": "extraction single-system",
    "polish": "polish two-page-quote",
    "posts": "posts example",
    "emails": "emails everything-given",
}
"""For each job type, the case that exercises its rules most."""
VOICED = {
    "ideation": "ideation german",
    "extraction": "extraction portuguese",
    "polish": "polish french",
    "posts": "posts spanish",
    "emails": "emails french",
    "answers": "answers german",
}
OF_A_VOICE = ("texts_are_in_the_language_of_the_voice", "the_message_is_signed")


def test_every_job_type_has_cases() -> None:
    assert {case.job_type for case in CASES.values()} == set(JOB_TYPES) == set(RICH)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_a_simulated_result_keeps_every_rule(model_llm: Llm, case: Case) -> None:
    outcome = await run_case(case, model_llm, asyncio.Semaphore(1))

    assert outcome.failure is None
    assert outcome.problems == []
    assert f"0 failed, {len(outcome.rules)} of {len(outcome.rules)} rules kept" in table([outcome])


@pytest.mark.parametrize(("job_type", "rule"), all_rules())
async def test_a_result_that_is_worse_breaks_the_rule(model_llm: Llm, job_type: str, rule: str) -> None:
    is_tool = rule == "tools_ask_enough_and_not_too_much"
    fitting = VOICED if rule in OF_A_VOICE else RICH
    case = CASES["extraction single-calculator" if is_tool else fitting[job_type]]
    loaded = load_definition(JOB_TYPES[job_type], {})
    good = await run_in_memory(loaded.run, case.work, MemoryContext(loaded.job_type), model_llm)

    assert not isinstance(good, AttemptFailed)
    worse = type(good).model_validate(spoiled(good.to_wire(), SPOILS[job_type][rule]))

    assert broken(job_type, case.work, good)[rule] == []
    assert broken(job_type, case.work, worse)[rule] != []


def test_a_part_that_stays_as_it_was_breaks_the_rules_of_parts() -> None:
    before, longer = {"post": "Ask what waiting costs."}, {"post": "Ask what waiting costs, in writing."}

    assert all(judged(before, before).values())
    assert [bool(found) for found in judged(before, longer).values()] == [False, True]
    assert not any(judged(longer, before).values())


async def test_a_failed_case_stands_in_the_table_with_its_reason(model_llm: Llm, model: Provider) -> None:
    await model.fault("refusal", times=100)

    outcome = await run_case(CASES["posts example"], model_llm, asyncio.Semaphore(1))

    shown = table([outcome])
    assert "1 failed" in shown
    assert outcome.failure is not None
    assert outcome.failure.message in shown


def test_without_a_key_it_says_why_nothing_is_measured() -> None:
    ran = subprocess.run([sys.executable, "-m", "evals"], cwd=TESTS, capture_output=True, text=True)

    assert ran.returncode == 0
    assert "ANTHROPIC_API_KEY" in ran.stdout


async def test_it_ends_with_a_table_and_its_cost(model: Provider) -> None:
    env = os.environ | {"ANTHROPIC_API_KEY": "test", "LODESTONE_ANTHROPIC_BASE_URL": model.url}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "evals", "posts", cwd=TESTS, env=env, stdout=asyncio.subprocess.PIPE
    )

    out, _ = await process.communicate()

    assert process.returncode == 0
    assert "3 cases, 0 failed" in out.decode()
    assert "posts no-proof" in out.decode()
