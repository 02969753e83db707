"""The brand kit: empty at first, written in parts, and no part overwrites another."""

import asyncio
from typing import Any

import pytest
from support.api import RunningGateway, User
from support.folding import Folding
from support.samples import example_input, ideation_result

COACH = example_input("ideation-fitness-coach")
PATH = "/api/brand-kit"
LISTS = (
    "credibilityMarkers",
    "urgentPains",
    "templates",
    "processes",
    "tools",
    "frequentQuestions",
    "results",
    "audienceTools",
    "contentLinks",
)


async def put(user: User, body: Any) -> Any:
    return await user.send("PUT", PATH, body)


async def test_before_there_is_one_all_is_empty(user: User) -> None:
    answer = await user.get(PATH)

    kit = answer.json()
    assert answer.status_code == 200
    assert {name: value for name, value in kit.items() if value is not None} == {name: [] for name in LISTS}
    assert {"businessDescription", "businessType", "savedIdeationResult", "senderName"} <= set(kit)


async def test_a_part_is_written_and_the_rest_stays(user: User) -> None:
    context = {name: value for name, value in COACH.items() if name != "sources"}
    first = await put(user, {**context, "senderName": "Mara"})

    second = await put(user, {"urgentPains": ["Too busy"], "communityUrl": "https://example.org"})

    assert first.status_code == second.status_code == 200
    assert second.json() == {
        **first.json(),
        "urgentPains": ["Too busy"],
        "communityUrl": "https://example.org",
        "updatedAt": second.json()["updatedAt"],
    }
    assert second.json()["businessDescription"] == COACH["businessDescription"]
    assert second.json()["updatedAt"] >= first.json()["updatedAt"]
    assert (await user.get(PATH)).json() == second.json()


async def test_the_description_may_be_missing(user: User) -> None:
    kit = (await put(user, {})).json()

    assert (kit["businessDescription"], kit["preferredTone"]) == ("", "conversational")
    assert kit["businessType"] == "coach-consultant"


async def test_null_empties_a_text(user: User) -> None:
    await put(user, {"businessDescription": "x", "senderName": "x", "preferredTone": "technical"})

    kit = (await put(user, {"businessDescription": None, "senderName": None, "preferredTone": None})).json()

    assert (kit["businessDescription"], kit["senderName"], kit["preferredTone"]) == (
        "",
        None,
        "conversational",
    )


async def test_parts_written_at_once_are_all_kept(user: User) -> None:
    await asyncio.gather(
        *(
            put(
                user,
                {name: [{"title": "t", "url": "http://x.y"}]} if name == "contentLinks" else {name: [name]},
            )
            for name in LISTS
        )
    )

    kit = (await user.get(PATH)).json()

    assert all(len(kit[name]) == 1 for name in LISTS)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        *(({name: None}, name) for name in LISTS),
        ({"tools": "hammer"}, "tools"),
        ({"tools": ["x"] * 51}, "tools"),
        ({"businessType": "agency"}, "businessType"),
        ({"businessDescription": "x" * 20_001}, "businessDescription"),
        ({"bestVideoUrl": "example.org/v"}, "bestVideoUrl"),
        ({"contentLinks": [{"title": "t", "url": "javascript:x"}]}, "contentLinks.0.url"),
        ({"contentLinks": [{"title": "t", "url": ""}]}, "contentLinks.0.url"),
        ({"styleProfile": []}, "styleProfile"),
        ({"styleProfile": {"a": ["\x00"]}}, "styleProfile.a.0"),
    ],
)
async def test_a_wrong_part_is_named_and_nothing_is_written(user: User, body: Any, field: str) -> None:
    answer = await put(user, {"senderName": "Mara", **body})

    assert answer.status_code == 422
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert (await user.get(PATH)).json()["senderName"] is None


async def test_the_last_ideas_are_in_the_kit_and_callers_do_not_write_them(
    user: User, folding: Folding
) -> None:
    await put(user, {"senderName": "Mara", "businessDescription": "Mine"})
    await folding.complete(await user.submit(COACH))

    kit = (await put(user, {"savedIdeationResult": {}, "ideationGeneratedAt": None})).json()

    assert kit["savedIdeationResult"] == ideation_result()
    assert kit["ideationGeneratedAt"].endswith("Z")
    assert (kit["senderName"], kit["businessDescription"]) == ("Mara", "Mine")


async def test_users_have_kits_of_their_own(gateway: RunningGateway, user: User) -> None:
    await put(gateway.user(), {"senderName": "Theirs"})

    assert (await user.get(PATH)).json()["senderName"] is None


async def test_a_change_of_what_was_read_earlier_is_refused(user: User) -> None:
    known = (await user.get(PATH)).headers["etag"]
    first = await user.send("PUT", PATH, {"tools": ["a"]}, **{"If-Match": known})
    second = await user.send("PUT", PATH, {"tools": ["b"]}, **{"If-Match": known})
    again = await user.send("PUT", PATH, {"tools": ["b"]}, **{"If-Match": second.json()["etag"]})

    assert (first.status_code, second.status_code, again.status_code) == (200, 409, 200)
    assert second.json()["code"] == "CONFLICT"
    assert second.json()["etag"] == first.headers["etag"]
    assert (await user.get(PATH)).json()["tools"] == ["b"]


async def test_of_two_changes_at_once_of_the_same_kit_one_is_refused(user: User) -> None:
    known = (await user.get(PATH)).headers["etag"]

    answers = await asyncio.gather(
        *(user.send("PUT", PATH, {"tools": [tool]}, **{"If-Match": known}) for tool in "abcd")
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


async def test_ideas_that_are_found_meanwhile_refuse_no_change(user: User, folding: Folding) -> None:
    known = (await put(user, {"senderName": "Mara"})).headers["etag"]
    await folding.complete(await user.submit(COACH))
    assert (await user.get(PATH)).json()["savedIdeationResult"]

    answer = await user.send("PUT", PATH, {"tools": ["a"]}, **{"If-Match": known})

    assert answer.status_code == 200
