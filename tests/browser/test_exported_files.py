"""Exported HTML files in a browser without a network: they ask for nothing, and tools work."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lodestone.jobs.interactive import AssessmentConfig, CalculatorConfig, GptConfig
from lodestone_gateway.exports.from_page import of_page
from lodestone_gateway.exports.pages import to_html, tool_to_html
from playwright.sync_api import Browser, Page, expect
from support.block_samples import LETTERS, page
from support.samples import assessment, calculator, gpt

Open = Callable[[bytes], Page]


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a file as somebody who was sent it; the test fails if it asks anybody for anything."""
    context = browser.new_context(offline=True, viewport={"width": 360, "height": 800})
    shown, asked, troubles = context.new_page(), [], []
    shown.on("request", lambda request: asked.append(request.url))
    shown.on("console", lambda message: troubles.append(message.text))
    shown.on("pageerror", lambda error: troubles.append(str(error)))
    file = tmp_path / "file.html"

    def open(body: bytes) -> Page:
        file.write_bytes(body)
        shown.goto(file.as_uri())
        return shown

    yield open
    assert asked == [file.as_uri()]
    assert troubles == []
    context.close()


def test_a_page_shows_its_texts_and_no_sideways_scroll(opened: Open) -> None:
    shown = opened(to_html(of_page(page(), "The quote")))

    expect(shown.get_by_role("heading", level=1)).to_have_text("The quote")
    expect(shown.get_by_text(LETTERS)).to_be_visible()
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert shown.evaluate("getComputedStyle(document.querySelector('h1')).fontSize") == "32px"


def test_a_calculator_calculates(opened: Open) -> None:
    shown = opened(tool_to_html(CalculatorConfig.model_validate(calculator()).to_wire()))

    shown.get_by_label("Customers").fill("100")

    expect(shown.locator("[data-figure]")).to_have_text("48")
    expect(shown.get_by_text("A routine is enough.")).to_be_visible()


def test_an_assessment_scores(opened: Open) -> None:
    shown = opened(tool_to_html(AssessmentConfig.model_validate(assessment()).to_wire()))

    for question in shown.locator("[data-question]").all():
        question.locator("input").last.check()
    shown.get_by_role("button", name="Show the result").click()

    expect(shown.locator("[data-figure]")).not_to_have_text("")
    expect(shown.locator("[data-verdict] strong")).not_to_have_text("")


def test_a_prompt_is_copied_or_selected_where_the_browser_refuses(opened: Open) -> None:
    config = GptConfig.model_validate(gpt()).to_wire()
    shown = opened(tool_to_html(config))
    shown.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    shown.evaluate("() => { document.execCommand = () => false; }")

    shown.get_by_role("button", name="Copy the whole prompt").click()

    expect(shown.get_by_text("The prompt is selected")).to_be_visible()
    assert shown.evaluate("getSelection().toString()").strip() == config["systemPrompt"].strip()


def test_what_is_stored_never_runs(opened: Open) -> None:
    hostile = "</script><script>document.title = 'run'</script><img src=x onerror=\"document.title='run'\">"
    config = {**calculator(), "headline": hostile, "description": hostile, "resultLabel": hostile}

    shown = opened(tool_to_html(CalculatorConfig.model_validate(config).to_wire()))

    expect(shown.get_by_role("heading", level=1)).to_have_text(hostile)
    assert shown.title() == hostile
