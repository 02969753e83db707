"""A subscriber without our code validates every event with the schema that `ce-dataschema` points to."""

import json
from typing import Any

import httpx2
import nats
from jsonschema import Draft202012Validator
from nats.aio.msg import Msg
from support.running_system import RunningSystem

BREAD = {"businessDescription": "Bread", "businessType": "freelancer"}


async def test_every_event_of_a_job_is_what_its_schema_says(system: RunningSystem) -> None:
    system.pace(duration_seconds=0.2)
    job_id = system.submit("ideation", BREAD)
    system.wait(job_id)

    client = await nats.connect(system.told["nats"])
    subscription = await client.jetstream().pull_subscribe(f"job.*.ideation.{job_id}", stream="JOBS")
    messages: list[Msg] = []
    while not messages or not messages[-1].subject.startswith("job.completed."):
        messages += await subscription.fetch(timeout=20)
    await client.close()

    schemas: dict[str, Any] = {}
    for message in messages:
        address = (message.headers or {})["ce-dataschema"]
        if address not in schemas:
            schemas[address] = httpx2.get(address, trust_env=False).raise_for_status().json()
        Draft202012Validator(schemas[address]).validate(json.loads(message.data))
    assert {address.rpartition("/")[2] for address in schemas} >= {
        "requested.json",
        "progress.json",
        "completed.json",
    }
    completed = json.loads(messages[-1].data)
    worse = {**completed, "result": {**completed["result"], "concepts": [{"title": "alone"}]}}
    assert not Draft202012Validator(schemas[address]).is_valid(worse)
