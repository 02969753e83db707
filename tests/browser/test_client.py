"""The TypeScript client in a page of another origin, in StrictMode, behind proxies that spoil streams."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from support.bad_proxy import Fault, bad_proxy, cut_what_waits, stream_a_while_then_hold
from support.elsewhere import serving
from support.running_system import RunningSystem
from support.samples import example_input
from support.typescript import INSTALL_SECONDS, installed_client, run

COACH = example_input("ideation-fitness-coach")
FAULTS: dict[str, Callable[[], Fault]] = {
    "nothing": lambda: lambda _asked, answer: answer,
    "streams are cut, then kept back": stream_a_while_then_hold,
    "nothing long gets through": lambda: cut_what_waits,
}
TYPES = {".html": "text/html", ".js": "text/javascript"}

pytestmark = pytest.mark.timeout(INSTALL_SECONDS + 120)


@pytest.fixture(scope="module", autouse=True)
def client() -> Path:
    return installed_client()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window without a session."""
    context = browser.new_context()
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def build(source: str, target: Path, env: dict[str, str]) -> Path:
    """Bundles a page of the client's folder."""
    run("npx", "vite", "build", source, "--outDir", str(target), "--mode", "development", env=env)
    return target


@pytest.fixture(scope="module")
def built(client: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bundles `test/browser` with React in development mode, which runs effects twice."""
    return build("test/browser", tmp_path_factory.mktemp("noting"), {"NODE_ENV": "development"})


@pytest.fixture
def noting_page(built: Path) -> Iterator[str]:
    """The address of that page."""
    with serving(built) as origin:
        yield origin


def watch(page: Page, address: str) -> dict[str, Any]:
    """What the page at this address received about its job, once it has seen the end in both ways."""
    page.goto(address)
    expect(page.get_by_role("status")).to_contain_text("done:", timeout=40_000)
    page.wait_for_function("told.state !== null")
    return dict(page.evaluate("told"))


@pytest.mark.parametrize("name", FAULTS)
def test_a_page_is_told_every_event_and_the_end_once(
    system: RunningSystem, page: Page, noting_page: str, name: str
) -> None:
    system.pace(first_byte_seconds=0.1, duration_seconds=2)
    job_id = system.submit("ideation", COACH)

    with bad_proxy(system.gateway, FAULTS[name]()) as proxy:
        told = watch(page, f"{noting_page}/?gateway={proxy.url}&token={system.token()}&job={job_id}")

    job, history = system.job(job_id), system.history(job_id)
    assert [event["seq"] for event in told["events"]] == list(range(1, len(history) + 1))
    assert told["events"] == history
    assert told["effects"] == 2, "StrictMode runs effects twice"
    assert (told["results"], told["errors"]) == ([job["result"]], [])
    assert told["state"]["items"] == job["items"]


def test_a_page_is_told_once_that_it_may_not_see_a_job(
    system: RunningSystem, page: Page, noting_page: str
) -> None:
    job_id = system.submit("ideation", COACH, user="second")
    page.goto(f"{noting_page}/?gateway={system.gateway}&token={system.token()}&job={job_id}")

    expect(page.get_by_role("status")).to_contain_text("done:")
    answer = system.request("GET", f"/api/jobs/{job_id}").json()
    assert page.evaluate("told.errors") == [answer["detail"]]


@pytest.fixture(scope="module")
def built_example(
    client: Path, shared_system: RunningSystem, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """`examples/react`, built for the running system."""
    env = {"VITE_LODESTONE_URL": shared_system.gateway}
    return build("examples/react", tmp_path_factory.mktemp("example"), env)


@pytest.fixture
def example(built_example: Path) -> Iterator[str]:
    """The address of the example."""
    with serving(built_example) as origin:
        yield origin


def test_the_example_shows_ten_concepts_as_they_come(system: RunningSystem, page: Page, example: str) -> None:
    system.pace(first_byte_seconds=0.1, duration_seconds=2)
    page.goto(example)
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_role("alert")).to_be_visible()  # without a token

    page.get_by_label("Token").fill(system.token())
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_role("listitem").first).to_be_visible()
    assert page.get_by_role("button", name="Generate").is_disabled()
    expect(page.get_by_role("listitem")).to_have_count(10)
    expect(page.get_by_role("status")).to_contain_text("completed 10 of 10")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_example_stops_a_job(system: RunningSystem, page: Page, example: str) -> None:
    system.pace(first_byte_seconds=0.1, duration_seconds=60)
    page.goto(example)
    page.get_by_label("Token").fill(system.token())
    page.get_by_role("button", name="Generate").click()
    page.get_by_role("button", name="Stop").click()

    expect(page.get_by_role("status")).to_contain_text("cancelled")
    expect(page.get_by_role("alert")).to_have_text("The job was cancelled.")
