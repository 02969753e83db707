"""A piece as a file: for its owner alone, with a name, and a sentence where there is nothing to take out."""

import csv
import io
import json
from typing import Any

import httpx2
import pytest
from lodestone_gateway.exports.export import FILES
from support.api import RunningGateway, User
from support.block_samples import LETTERS, page
from support.files_read import text_of_docx, text_of_html, text_of_pdf
from support.lead_magnets import OWN_IDEA, change, lead_magnet, with_content
from support.samples import calculator, emails_result, posts_result

TITLE = "Größe: das „Angebot“"


async def file_of(user: User, magnet: dict[str, Any], file: str) -> httpx2.Response:
    return await user.get(f"/api/lead-magnets/{magnet['id']}/exports/{file}")


async def everything(user: User) -> dict[str, Any]:
    """A lead magnet with every piece that a text has."""
    result = posts_result()
    magnet = await with_content(
        user,
        title=TITLE,
        polishedContent=page(),
        postVariations=result["variations"],
        dmTemplate=result["dmTemplate"],
        ctaWord="LINK",
    )
    put = await user.send(
        "PUT", f"/api/lead-magnets/{magnet['id']}/emails", {"emails": emails_result()["emails"]}
    )
    assert put.status_code == 200, put.text
    return magnet


async def test_every_piece_leaves_in_every_format_with_a_name(user: User) -> None:
    magnet = await everything(user)
    files = [file for file in FILES if not file.startswith("tool")]

    answers = {file: await file_of(user, magnet, file) for file in files}

    assert {file: answer.status_code for file, answer in answers.items()} == dict.fromkeys(files, 200)
    for file, answer in answers.items():
        piece, _, end = file.rpartition(".")
        named = answer.headers["content-disposition"]
        assert named.endswith(f"%2C%20{piece}.{end}")
        assert "filename*=UTF-8''Gr%C3%B6%C3%9Fe%20das" in named
        assert answer.headers["cache-control"] == "no-store"
    assert LETTERS in text_of_html(answers["page.html"].text)
    assert "second line" in text_of_pdf(answers["page.pdf"].content)
    assert LETTERS in text_of_docx(answers["page.docx"].content)
    rows = list(csv.reader(io.StringIO(answers["emails.csv"].content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Day", "0", "1", "2", "3", "4"]


async def test_a_tool_is_one_file(user: User) -> None:
    made = await user.post("/api/lead-magnets", {**OWN_IDEA, "archetype": "single-calculator"})
    magnet = await change(user, made.json(), interactiveConfig=calculator())

    answer = await file_of(user, magnet, "tool.html")

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "What does churn cost you?" in answer.text


@pytest.mark.parametrize("file", FILES)
async def test_a_piece_that_does_not_exist_yet_is_not_found_and_says_so(user: User, file: str) -> None:
    answer = await file_of(user, await lead_magnet(user), file)

    assert answer.status_code == 404
    assert f"no {file.partition('.')[0]} yet" in answer.json()["detail"]


async def test_nobody_else_gets_a_file(gateway: RunningGateway, user: User) -> None:
    magnet = await everything(user)

    for other in (gateway.user(), gateway.user(role="operator")):
        answers = [await file_of(other, magnet, file) for file in ("page.md", "emails.csv", "page.pdf")]
        assert {answer.status_code for answer in answers} == {404}
        assert {answer.json()["detail"] for answer in answers} == {"You have no such lead magnet."}


async def test_an_unknown_file_names_those_that_there_are(user: User) -> None:
    answer = await file_of(user, await lead_magnet(user), "page.exe")

    assert answer.status_code == 422
    assert "page.pdf" in json.dumps(answer.json()["errors"])


async def test_letters_that_a_pdf_cannot_show_are_a_problem_and_another_format_has_them(user: User) -> None:
    magnet = await with_content(user, polishedContent=page(heroSummary="見積もり"))

    refused, kept = [await file_of(user, magnet, file) for file in ("page.pdf", "page.docx")]

    assert refused.status_code == 409
    assert "Choose Word or HTML" in refused.json()["detail"]
    assert "見積もり" in text_of_docx(kept.content)
