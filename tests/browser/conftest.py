"""The pages in the system's Chromium. Without a Chromium these tests are skipped and say so."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from support.browser import WITHOUT, Visitor, chromium
from support.running_system import RunningSystem


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips everything before any set-up if there is no Chromium."""
    if chromium() is None:
        for item in items:
            if item.path.is_relative_to(Path(__file__).parent):
                item.add_marker(pytest.mark.skip(WITHOUT))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser per file: its event loop must not run while other files run theirs."""
    with sync_playwright() as playwright:
        # Chromium's sandbox does not work for root, and containers have little shared memory.
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def visitor(system: RunningSystem, browser: Browser) -> Iterator[Visitor]:
    """A new user on the unlimited plan; the test fails if a page reported an error."""
    system.pace(first_byte_seconds=0.02, duration_seconds=0.2)
    with Visitor(system, browser) as visitor:
        yield visitor
