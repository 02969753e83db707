"""What an assistant may change, where it may: by a dry run, and a confirmation with the dry run's id."""

from pathlib import Path

from support.api import Projection, RunningGateway, User
from support.assistants import at_stdio, text_of
from support.samples import example_input
from support.waiting import eventually

COACH = example_input("ideation-fitness-coach")
BROKEN = {"code": "AI_ERROR", "message": "It did not work."}


async def test_a_bulk_action_is_prepared_confirmed_and_audited(
    gateway: RunningGateway, operator: User, projection: Projection, tmp_path: Path
) -> None:
    user = gateway.user()
    job_id = await user.submit(COACH)
    await projection.fold(job_id, "requested", "started", input=COACH)
    await projection.fold(job_id, "failed", error=BROKEN)

    async with at_stdio(gateway.url, operator.token, tmp_path, "--allow-writes") as assistant:
        wanted = {"action": "replay", "filter": {"userId": str(user.id)}}
        prepared = (await assistant.call_tool("prepare_bulk_action", wanted)).structured_content
        before = (await operator.get(f"/api/ops/jobs?userId={user.id}")).json()["items"]
        begun = await assistant.call_tool("confirm_bulk_action", {"bulkId": prepared["id"]})
        again = await assistant.call_tool("confirm_bulk_action", {"bulkId": prepared["id"]})

        async def ended() -> bool:
            answer = await assistant.call_tool("read_bulk_action", {"bulkId": prepared["id"]})
            return bool(answer.structured_content["state"] == "completed")

        await eventually(ended, within=20, told="the bulk action has ended")

    assert (prepared["state"], prepared["found"]["eligible"]) == ("dry_run", 1)
    assert [job["status"] for job in before] == ["failed"]
    assert begun.structured_content["total"] == 1
    assert again.is_error
    assert "it begins only once" in text_of(again)
    audited = (await operator.get("/api/ops/audit?action=start_bulk_action")).json()["items"]
    [done, refused] = [each for each in audited[::-1] if each["targetId"] == prepared["id"]]
    assert (done["operatorId"], done["details"]["through"]) == (str(operator.id), "lodestone-mcp")
    assert (done["outcome"], refused["outcome"]) == ("done", "refused")


async def test_an_empty_filter_is_refused(gateway: RunningGateway, operator: User, tmp_path: Path) -> None:
    async with at_stdio(gateway.url, operator.token, tmp_path, "--allow-writes") as assistant:
        refused = await assistant.call_tool("prepare_bulk_action", {"action": "cancel", "filter": {}})
        tools = {tool.name: tool.annotations for tool in (await assistant.list_tools()).tools}

    assert refused.is_error
    assert "An empty filter is refused" in text_of(refused)
    assert [name for name, each in tools.items() if each and each.destructive_hint] == [
        "confirm_bulk_action",
        "abort_bulk_action",
    ]
