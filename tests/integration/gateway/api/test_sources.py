"""Sources: pasted or taken from a file, for one lead magnet or for all, within the limits of the settings."""

import io
from typing import Any

import docx
from lodestone.ids import new_id
from support.api import RunningGateway, User, running_gateway
from support.lead_magnets import lead_magnet

PATH = "/api/sources"
CALL = "Dana: we lost three tenders on price, then the two-page quote won the fourth."


async def add(user: User, **given: Any) -> Any:
    added = await user.post(PATH, {"name": "Call", "text": CALL, **given})
    assert added.status_code == 201, added.text
    return added.json()


async def test_a_text_is_kept_listed_without_its_text_and_deleted(user: User) -> None:
    added = await user.post(PATH, {"name": "Call", "text": f"\ufeff{CALL}  \r\n\r\n\r\n\r\nEnd"})

    made = added.json()
    assert (added.status_code, added.headers["location"]) == (201, f"{PATH}/{made['id']}")
    assert made["text"] == f"{CALL}\n\nEnd"
    [listed] = (await user.get(PATH)).json()["items"]
    assert listed == {name: value for name, value in made.items() if name != "text"}
    assert (await user.get(f"{PATH}/{made['id']}")).json() == made
    assert (await user.send("DELETE", f"{PATH}/{made['id']}")).status_code == 204
    assert (await user.get(PATH)).json()["items"] == []


async def test_one_of_a_lead_magnet_is_beside_those_for_all_and_goes_with_it(user: User) -> None:
    magnet, other = (await lead_magnet(user))["id"], (await lead_magnet(user))["id"]
    of_all = await add(user)
    own = await add(user, leadMagnetId=magnet)

    async def ids(path: str) -> list[str]:
        return [item["id"] for item in (await user.get(path)).json()["items"]]

    assert await ids(f"{PATH}?leadMagnetId={magnet}") == [of_all["id"], own["id"]]
    assert await ids(PATH) == await ids(f"{PATH}?leadMagnetId={other}") == [of_all["id"]]
    await user.send("DELETE", f"/api/lead-magnets/{magnet}")
    assert (await user.get(f"{PATH}/{own['id']}")).status_code == 404
    refused = await user.post(PATH, {"name": "N", "text": "T", "leadMagnetId": str(new_id())})
    assert refused.status_code == 404


async def test_a_file_gives_its_text_or_a_sentence(user: User) -> None:
    document, file = docx.Document(), io.BytesIO()
    document.add_paragraph(CALL)
    document.save(file)

    taken = await user.send("POST", f"{PATH}/files?name=C%3A%2Fcall.docx", file.getvalue())
    disguised = await user.send("POST", f"{PATH}/files?name=call.pdf", file.getvalue())
    unknown = await user.send("POST", f"{PATH}/files?name=call.mp3", b"ID3")

    assert taken.status_code == 201, taken.text
    assert (taken.json()["text"], taken.json()["kind"]) == (CALL, "docx")
    for refused, said in ((disguised, "is no PDF"), (unknown, ".srt, .docx or .pdf")):
        assert refused.status_code == 422
        [error] = refused.json()["errors"]
        assert (error["field"], said in error["message"]) == ("file", True)


async def test_an_older_version_does_not_overwrite_a_newer_one(user: User) -> None:
    made = await add(user)
    path, newer = f"{PATH}/{made['id']}", {"text": "Newer"}

    first = await user.send("PATCH", path, newer, If_Match='"1"')
    second = await user.send("PATCH", path, {"text": "Older"}, If_Match='"1"')

    assert (first.status_code, first.headers["etag"], second.status_code) == (200, '"2"', 409)
    assert (await user.get(path)).json()["text"] == "Newer"
    assert (await user.get(path)).json()["name"] == made["name"]


async def test_the_settings_bound_texts_files_and_their_number(module_postgres_url: str) -> None:
    limits = {"source_characters": 1_000, "source_file_bytes": 100_000, "sources_per_user": 1}
    async with running_gateway(module_postgres_url, **limits) as gateway:
        user = gateway.user()

        too_long = await user.post(PATH, {"name": "N", "text": "word " * 400})
        cut = await user.send("POST", f"{PATH}/files?name=long.txt", b"word " * 400)
        one_more = await user.post(PATH, {"name": "N", "text": "T"})
        too_large = await user.send("POST", f"{PATH}/files?name=long.txt", bytes(120_000))

    assert (too_long.status_code, too_long.json()["errors"][0]["field"]) == (422, "text")
    assert (cut.status_code, len(cut.json()["text"]), cut.json()["leftOut"]) == (201, 999, 1_000)
    assert (one_more.status_code, one_more.json()["cap"]) == (403, "sources")
    assert too_large.status_code == 413


async def test_nobody_elses_is_seen_or_changed(gateway: RunningGateway, user: User) -> None:
    made, other = await add(user), gateway.user()
    path = f"{PATH}/{made['id']}"

    answers = [await other.get(path), await other.send("PATCH", path, {"text": "X"})]
    answers.append(await other.send("DELETE", path))
    magnet = (await lead_magnet(user))["id"]
    answers.append(await other.post(PATH, {"name": "N", "text": "T", "leadMagnetId": magnet}))

    assert [answer.status_code for answer in answers] == [404] * 4
    assert (await user.get(path)).json() == made
    assert (await other.get(f"{PATH}?leadMagnetId={magnet}")).json()["items"] == []
