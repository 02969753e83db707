"""The page of a run over HTTP: what it shows, what is cut, what it offers, and that a look is recorded."""

import re
from uuid import UUID

import psycopg
import pytest
from lodestone.ids import new_id
from support.api import Projection, RunningGateway, User
from support.pages import send
from support.samples import example_input

IDEATION = example_input("ideation-fitness-coach")
LONG = "A quote that holds. " * 1_000


@pytest.fixture
async def failed(user: User, projection: Projection) -> UUID:
    """A failed job with a long input."""
    job_id = await user.submit({**IDEATION, "businessDescription": LONG[:9_000]})
    await projection.fold(job_id, "requested", input=IDEATION, priority="interactive", maxAttempts=3)
    prompt = {"name": "ideation", "version": 1, "sha256": "ab" * 32}
    await projection.fold(job_id, "started", workerId="ideation-1", model="a-model", prompt=prompt)
    error = {"code": "AI_ERROR", "message": "The <script> failed."}
    await projection.fold(job_id, "failed", error=error)
    return job_id


async def shown(gateway: RunningGateway, operator: User, job_id: UUID, query: str = "") -> str:
    answer = await send(gateway, operator, "GET", f"/console/runs/{job_id}{query}")
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_a_run_shows_why_it_is_so_and_what_made_it(
    gateway: RunningGateway, operator: User, failed: UUID
) -> None:
    page = await shown(gateway, operator, failed)

    assert "Why is it in this state?" in page
    assert "Failed at " in page
    assert "worker ideation-1" in page
    assert "version 1, <span" in page
    assert f"sha256 {'ab' * 32}" in page
    assert "The &lt;script&gt; failed." in page
    assert "Attempt 1" in page
    assert not re.search(r"<style|style=|<script(?! src)", page), "nothing inline"


async def test_a_long_text_is_cut_and_can_be_seen_whole(
    gateway: RunningGateway, operator: User, failed: UUID
) -> None:
    cut, whole = await shown(gateway, operator, failed), await shown(gateway, operator, failed, "?all=true")

    assert "The first 4,000 of" in cut
    assert LONG[:8_000] not in cut
    assert LONG[:8_000] in whole


async def test_of_a_long_history_the_newest_events_are_shown_until_all_are_asked_for(
    gateway: RunningGateway, operator: User, failed: UUID, projection: Projection
) -> None:
    with psycopg.connect(gateway.settings.database_url) as owner:
        owner.execute(
            "INSERT INTO job_events (job_id, user_id, seq, event_id, event, time, attempt, body, source,"
            " stream_sequence) SELECT job_id, user_id, n, gen_random_uuid(), 'progress', time, attempt, body,"
            " source, n FROM job_events, generate_series(4, 300) n WHERE job_id = %s AND seq = 2",
            [failed],
        )
        owner.execute("UPDATE background_jobs SET seq = 300 WHERE id = %s", [failed])

    newest, whole = (
        await shown(gateway, operator, failed),
        await shown(gateway, operator, failed, "?all=true"),
    )

    assert "300, the newest 200 shown" in newest
    assert ('<td class="n">300</td>' in newest, '<td class="n">100</td>' in newest) == (True, False)
    assert '<td class="n">100</td>' in whole


async def test_only_what_is_valid_now_is_offered(
    gateway: RunningGateway, operator: User, user: User, failed: UUID
) -> None:
    living = await user.submit(IDEATION)

    assert "?ask=replay" in await shown(gateway, operator, failed)
    assert "?ask=cancel" in await shown(gateway, operator, living)
    assert "Run it again" not in await shown(gateway, operator, living, "?ask=replay")
    assert "Cancel this run?" not in await shown(gateway, operator, failed, "?ask=cancel")
    await send(gateway, operator, "POST", f"/console/runs/{failed}/replay", {"how": "fresh", "key": "k"})
    assert "?ask=" not in await shown(gateway, operator, failed), "its successor has the actions now"


async def test_an_edited_input_that_is_wrong_comes_back_with_what_is_wrong(
    gateway: RunningGateway, operator: User, failed: UUID
) -> None:
    form = {"how": "edited", "key": "k", "input": '{"businessType": "wizard", "mine": "kept"}'}

    answer = await send(gateway, operator, "POST", f"/console/runs/{failed}/replay", form)

    assert answer.status_code == 422
    assert "input.businessType: " in answer.text
    assert "&#34;mine&#34;: &#34;kept&#34;" in answer.text, "what was typed is not lost"


@pytest.mark.parametrize("text", ["", "[1]", "{", "[" * 50_000])
async def test_an_input_that_is_no_object_is_refused_in_words(
    gateway: RunningGateway, operator: User, failed: UUID, text: str
) -> None:
    form = {"how": "edited", "key": "k", "input": text}

    answer = await send(gateway, operator, "POST", f"/console/runs/{failed}/replay", form)

    assert answer.status_code == 422
    assert re.search("input: (Must be|It is nested)", answer.text)


async def test_a_look_at_a_run_is_recorded_before_it_is_shown(
    gateway: RunningGateway, operator: User, failed: UUID
) -> None:
    await shown(gateway, operator, failed)

    with psycopg.connect(gateway.settings.database_url) as owner:
        query = "SELECT action FROM operator_audit WHERE operator_id = %s AND target_id = %s"
        assert owner.execute(query, [operator.id, str(failed)]).fetchall() == [("inspect_job",)]


async def test_a_run_that_does_not_exist_is_a_page_that_says_so(
    gateway: RunningGateway, operator: User, user: User, failed: UUID
) -> None:
    missing = await send(gateway, operator, "GET", f"/console/runs/{new_id()}")
    refused = await send(gateway, user, "GET", f"/console/runs/{failed}")

    assert missing.status_code == 404
    assert refused.status_code == 403
    assert LONG[:100] not in refused.text
