"""Every route of the API and every form of the pages with hostile values: no 5xx."""

import copy
import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from fastapi.routing import APIRoute
from lodestone.ids import new_id
from lodestone_gateway.app import describe_http
from lodestone_gateway.web import routes as pages
from psycopg.types.json import Jsonb
from support.api import RunningGateway, User
from support.lead_magnets import lead_magnet, with_content
from support.pages import send
from support.samples import (
    assessment,
    calculator,
    emails_result,
    example_input,
    gpt,
    ideation_result,
    polished_content,
    posts_result,
)

DIGITS = "9" * 5000
IN_PATHS = ("%00", DIGITS, "x" * 3000, "%ED%A0%80", "%FF", quote("../" * 20, safe=""), "{}")
IN_FIELDS = ("\x00", DIGITS, "🚀\ud800")
IN_BODIES: tuple[Any, ...] = (
    None,
    5,
    [],
    {},
    "\x00",
    "\ud800",
    "x" * 21_000,
    10**400,
    [[[[None]]]],
    True,
    "🚀",
)
EVERY = 4  # one in four of the values deep inside a body, after each kind of place has met all of them
EARLY = "MDAwMS0wMS0wMVQwMDowMDowMCsyMzo1OS8wMWEyMTU3Yy1lNjJjLTczMGYtOTU5NC1hYTkyMTM0MDNiYTU="
IDEA = {"title": "A quote", "painSolved": "Lost tenders", "archetype": "single-system"}
POSTS = posts_result()
BODIES: dict[str, Any] = {
    "/api/jobs": {"jobType": "ideation", "input": example_input("ideation-fitness-coach")},
    "/api/lead-magnet/ideate": example_input("ideation-b2b-consultant"),
    "/api/lead-magnet/extract": example_input("extraction-single-system"),
    "/api/lead-magnet/polish": {"leadMagnetId": str(new_id())},
    "/api/lead-magnet/posts": example_input("posts"),
    "/api/lead-magnet/emails": {"leadMagnetId": str(new_id()), "useAI": True},
    "/api/brand-kit": {"businessDescription": "B", "contentLinks": [{"title": "T", "url": "https://a.b"}]},
    "/api/lead-magnets": {**IDEA, "ideationJobId": None, "conceptIndex": 0},
    "/api/lead-magnets/{lead_magnet_id}": {
        **{"title": "T", "status": "draft", "scheduledTime": "2026-01-01T00:00:00Z", "dmTemplate": "D"},
        **{"externalUrl": "https://a.b", "polishedContent": polished_content(), "concept": IDEA},
        **{"postVariations": POSTS["variations"], "interactiveConfig": calculator()},
    },
    "/api/lead-magnets/{lead_magnet_id}/emails": {"emails": emails_result()["emails"]},
    "/api/wizard-drafts/{draft_id}": {"wizardState": {"form": {"a": ["b"]}}, "title": "T", "currentStep": 1},
    "/api/ops/dead-letters/replay": {"filter": {"userId": str(new_id())}, "dryRun": True},
}
STREAMS = {"/api/events", "/api/jobs/{job_id}/events"}


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), path, operation)
        for path, methods in describe_http()["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/api/")
    ]


def spoiled(body: Any) -> Iterator[Any]:
    """The body with hostile values in its parts: all of them in each field, some of them deeper inside."""
    met: set[tuple[type, int, int]] = set()
    for at, path in enumerate(_places(body)):
        for number, value in enumerate(IN_BODIES):
            changed = copy.deepcopy(body)
            whole = changed
            for key in path[:-1]:
                whole = whole[key]
            kind = (type(whole[path[-1]]), len(path), number)
            if len(path) == 1 or kind not in met or (at + number) % EVERY == 0:
                met.add(kind)
                whole[path[-1]] = value
                yield changed


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    parts = (
        value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    )
    for key, part in parts:
        yield (*path, key)
        if len(path) < 3:
            yield from _places(part, (*path, key))


@pytest.mark.parametrize(("method", "path", "operation"), operations(), ids=lambda each: str(each)[:60])
async def test_no_operation_of_the_api_fails_on_a_path_or_a_query(
    gateway: RunningGateway, method: str, path: str, operation: dict[str, Any]
) -> None:
    caller = gateway.user(role="operator")
    asked = [re.sub(r"\{\w+\}", value, path) for value in IN_PATHS if "{" in path]
    asked += [
        f"{re.sub(r'{.*?}', str(new_id()), path)}?{parameter['name']}={value}"
        for parameter in operation.get("parameters", [])
        for value in (*IN_PATHS, EARLY, "-1", "1e999", "")
        if parameter["in"] == "query" and path not in STREAMS
    ]

    for url in asked:
        answer = await caller.send(method, url, {} if method in ("POST", "PUT", "PATCH") else None)
        assert answer.status_code < 500, (url[:200], answer.text)


@pytest.mark.parametrize("path", BODIES)
async def test_no_operation_of_the_api_fails_on_a_body(
    gateway: RunningGateway, user: User, path: str
) -> None:
    caller = gateway.user(role="operator") if "/ops/" in path else user
    magnet = await lead_magnet(caller)
    url = path.replace("{lead_magnet_id}", magnet["id"]).replace("{draft_id}", str(new_id()))
    methods = [
        method for method, each, _ in operations() if each == path and method in ("POST", "PUT", "PATCH")
    ]

    for method in methods:
        for body in spoiled(BODIES[path]):
            answer = await caller.send(method, url, body)
            assert answer.status_code < 500, (method, str(body)[:300], answer.text)


def page_routes() -> list[tuple[str, str]]:
    return [
        (method, route.path)
        for part in pages.PARTS
        for route in part.router().routes
        if isinstance(route, APIRoute)
        for method in (route.methods or set()) - {"HEAD"}
    ]


@pytest.mark.parametrize(("method", "path"), page_routes())
async def test_no_page_fails_on_a_path_or_a_query(
    gateway: RunningGateway, user: User, method: str, path: str
) -> None:
    names, filled = ("cursor", "draft", "q", "all", "by", "only"), re.sub(r"{.*?}", str(new_id()), path)
    queries = ["&".join(f"{name}={value}" for name in names) + f"&cursor={EARLY}" for value in IN_PATHS]
    asked = dict.fromkeys(re.sub(r"\{\w+\}", value, path) for value in IN_PATHS)
    asked |= dict.fromkeys(f"{filled}?{query}" for query in (queries if method == "GET" else queries[:1]))

    for url in asked:
        answer = await send(gateway, user, method, url, {"key": "k"} if method == "POST" else None)
        assert answer.status_code < 500, (url[:200], answer.text[-500:])


def forms(page: str, path: str) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """The forms of a page: their actions, and their fields as filled in."""
    for tag, inside in re.findall(r"<form([^>]*)>(.*?)</form>", page, re.DOTALL):
        if 'method="post"' not in tag:
            continue
        action = re.search(r'action="([^"]*)"', tag)
        fields: dict[str, list[str]] = {}
        for field in re.findall(r"<(?:input|textarea|select|button)\b[^>]*\bname=\"[^>]*>", inside):
            name, value = re.search(r'\bname="([^"]*)"', field), re.search(r'\bvalue="([^"]*)"', field)
            if name:
                fields.setdefault(html.unescape(name[1]), []).append(
                    html.unescape(value[1]) if value else "x"
                )
        yield html.unescape(action[1]) if action else path, fields


@pytest.fixture
async def shown(gateway: RunningGateway, user: User) -> list[str]:
    """The pages that together contain every form."""
    job = await user.submit(example_input("ideation-fitness-coach"))
    result = ideation_result()
    with psycopg.connect(gateway.settings.database_url) as connection:
        connection.execute("SET session_replication_role = replica")
        items = [{"item": concept, "itemIndex": at} for at, concept in enumerate(result["concepts"])]
        sql = "UPDATE background_jobs SET status = 'completed', result = %s, items = %s WHERE id = %s"
        connection.execute(sql, [Jsonb(result), Jsonb(items), job])
    parts = {"postVariations": POSTS["variations"], "dmTemplate": "D", "ctaWord": "C"}
    magnet = await with_content(user, polishedContent=polished_content(), **parts)
    await user.send("PATCH", f"/api/lead-magnets/{magnet['id']}", {"dmTemplate": "E"})
    emails = {"emails": emails_result()["emails"]}
    await user.send("PUT", f"/api/lead-magnets/{magnet['id']}/emails", emails)
    await user.post("/api/lead-magnet/polish", {"leadMagnetId": magnet["id"]})
    places = ("content", "page", "posts", "emails", "settings", "questions?all=1")
    made = [f"/library/{magnet['id']}/{place}" for place in places]
    for archetype, config in (("assessment", assessment()), ("prompt", gpt())):
        tool = await user.post("/api/lead-magnets", {**IDEA, "archetype": archetype})
        path = f"/api/lead-magnets/{tool.json()['id']}"
        await user.send("PATCH", path, {"interactiveConfig": config})
        made.append(path.removeprefix("/api").replace("lead-magnets", "library"))
    await user.send("PUT", f"/api/wizard-drafts/{new_id()}", {"wizardState": {"form": {"tools": ["x"]}}})
    return [
        "/create",
        "/create?draft=new",
        "/create/own",
        f"/create/ideas/{job}",
        "/library",
        "/jobs",
        "/account",
        *made,
    ]


async def test_no_form_of_a_page_fails_on_a_field(
    gateway: RunningGateway, user: User, shown: list[str]
) -> None:
    tried: dict[str, set[str]] = {}
    for path in shown:
        page = await send(gateway, user, "GET", path)
        assert page.status_code == 200, path
        for action, fields in forms(page.text, path.partition("?")[0]):
            new = set(fields) - tried.setdefault(action, set())
            tried[action] |= new
            if action.endswith("/delete"):
                continue
            first, *others = IN_FIELDS
            in_turn = ((name, others[at % len(others)]) for at, name in enumerate(sorted(new)))
            for name, value in (*((name, first) for name in sorted(new)), *in_turn):
                sent = quote_form({**fields, "tag": [], name: [value]})  # without a tag, nothing is too old
                answer = await send(gateway, user, "POST", action, sent)
                assert answer.status_code < 500, (action, name, value[:20], answer.text[-300:])
    assert {name for names in tried.values() for name in names} >= {
        *("businessDescription", "key", "draft", "title", "place", "section", "message", "body", "version"),
        *("piece", "go", "heroSummary", "content", "systemPrompt"),
    }


@pytest.mark.parametrize("value", [*IN_FIELDS, "", "no", "YES", "yes\x00"])
async def test_only_a_ticked_box_deletes_an_account(gateway: RunningGateway, user: User, value: str) -> None:
    answer = await send(gateway, user, "POST", "/account/delete", quote_form({"sure": [value]}))

    assert answer.status_code == 422
    assert (await user.get("/api/usage")).status_code == 200


def quote_form(fields: dict[str, list[str]]) -> bytes:
    pairs = [(name, value) for name, values in fields.items() for value in values]
    return "&".join(
        f"{quote(name)}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in pairs
    ).encode()


@pytest.mark.parametrize(
    "state",
    [
        {"form": None},
        {"form": 5},
        {"form": []},
        {"form": {"businessType": []}},
        {"form": {"businessDescription": [5, None, "Mine"], "urgentPains": "One"}},
        {"own": None},
        {"own": {"title": 5}},
        {"answers": None},
        {"answers": []},
        {"answers": {"outcome": [], "steps": [None]}},
    ],
)
async def test_a_draft_of_a_wrong_shape_that_is_stored_breaks_no_page(
    gateway: RunningGateway, user: User, state: Any
) -> None:
    magnet = await lead_magnet(user)
    own = re.search(r'data-draft="([^"]+)"', (await send(gateway, user, "GET", "/create/own")).text)
    assert own is not None
    with psycopg.connect(gateway.settings.database_url) as connection:
        for id in (new_id(), magnet["id"], own[1]):
            sql = "INSERT INTO wizard_drafts (id, user_id, wizard_state) VALUES (%s, %s, %s)"
            connection.execute(sql, [id, user.id, Jsonb(state)])

    for path in (
        "/create",
        "/create/own",
        "/library",
        *(f"/library/{magnet['id']}{p}" for p in ("", "/questions")),
    ):
        assert (await send(gateway, user, "GET", path)).status_code == 200, path


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"businessDescription": "A\x00", "businessType": "freelancer"}, "U+0000"),
        ({"businessDescription": "A", "businessType": "freelancer", "key": "k" * 8000}, "errors"),
    ],
)
async def test_a_form_that_is_refused_leaves_nothing_behind(
    gateway: RunningGateway, user: User, form: dict[str, str], told: str
) -> None:
    answer = await send(gateway, user, "POST", "/create", form)

    assert answer.status_code == 422
    assert told in answer.text or told == "errors"
    assert (await user.get("/api/wizard-drafts")).json()["items"] == []
    assert (await user.get("/api/brand-kit")).json()["businessDescription"] is None
    assert (await user.get("/api/jobs")).json()["items"] == []


STORED = {
    "extracted_content": {"structure": 5},
    "polished_content": {"sections": [{}]},
    "post_variations": [{"post": "P"}],
}


PLACES = {
    "extracted_content": "content",
    "polished_content": "page",
    "post_variations": "posts",
    "emails": "emails",
}


@pytest.mark.parametrize("column", PLACES)
async def test_a_part_of_a_wrong_shape_that_is_stored_is_said_to_be_so(
    gateway: RunningGateway, user: User, column: str
) -> None:
    magnet = (await user.post("/api/lead-magnets", IDEA)).json()
    await user.send("PUT", f"/api/lead-magnets/{magnet['id']}/emails", {"emails": emails_result()["emails"]})
    with psycopg.connect(gateway.settings.database_url) as connection:
        if column == "emails":
            sql = "UPDATE email_sequences SET emails = %s WHERE lead_magnet_id = %s"
        else:
            sql = f"UPDATE lead_magnets SET {column} = %s WHERE id = %s"  # noqa: S608
        connection.execute(sql, [Jsonb(STORED.get(column, [{"day": 0}])), magnet["id"]])

    answer = await send(gateway, user, "GET", f"/library/{magnet['id']}/{PLACES[column]}")

    assert answer.status_code == 200
    assert "This page cannot show what is stored here." in answer.text
    assert len(answer.text) < 60_000
