"""Metrics of every process: there, and without anything that grows with users or jobs."""

import re

from support.house import House
from support.samples import example_input

AN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{32}")


def test_metrics_count_a_job_and_hold_no_ids(house: House) -> None:
    house.pace(duration_seconds=0.3)
    house.wait(house.submit("ideation", example_input("ideation-fitness-coach")))

    shown = {
        name: house.http.get(f"{url}/metrics").text
        for name, url in {"gateway": house.gateway, **house.told["health"]}.items()
    }

    assert set(shown) >= {"gateway", "relay", "projector", "ideation"}
    for name, text in shown.items():
        assert not AN_ID.search(text), f"{name}: {AN_ID.search(text)}"
    assert 'lodestone_jobs_total{job_type="ideation",outcome="completed"}' in shown["projector"]
    assert 'gen_ai_client_token_usage_count{gen_ai_request_model="claude-sonnet-5-5"' in shown["ideation"]
