"""The workspace of a lead magnet over HTTP: every block of a page, and an owner's words in every part."""

import html
import json
import re
from typing import Any

import httpx2
import psycopg
import pytest
from lodestone.ids import new_id
from support.api import RunningGateway, User
from support.pages import send
from support.samples import (
    assessment,
    calculator,
    emails_result,
    extracted_content,
    polished_content,
    posts_result,
)

BLOCKS: list[dict[str, Any]] = [
    {"type": "paragraph", "content": "A paragraph."},
    {"type": "callout", "content": "A warning.", "style": "warning"},
    {"type": "list", "content": "- First\n- Second"},
    {"type": "quote", "content": "Afraid of the phone."},
    {"type": "divider", "content": ""},
    {"type": "code", "content": "floor = cost / 0.8", "language": "text"},
    {"type": "table", "content": "Options", "headers": ["Option", "Margin"], "rows": [["Complete", "20%"]]},
    {"type": "accordion", "title": "A rate card?", "content": "Ask which result."},
    {"type": "numbered-item", "title": "Price it", "number": 1, "content": "Ask.", "category": "First call"},
    {"type": "stat-card", "title": "fee rise", "content": "22%"},
    {"type": "embed", "url": "https://www.loom.com/share/a1", "provider": "loom", "content": "Live"},
    {"type": "image", "src": "https://example.org/a.png", "alt": "A sheet", "caption": "The sheet"},
    {"type": "resource-card", "items": [{"title": "Scope sheet", "url": "https://example.org/s"}]},
    {"type": "hologram", "content": "From a later version."},
]


class Owner:
    """A user with one lead magnet."""

    def __init__(self, gateway: RunningGateway, user: User) -> None:
        self._gateway = gateway
        self._user = user
        self.path = ""

    async def make(self, archetype: str, **parts: Any) -> "Owner":
        """Creates it with these parts."""
        idea = {"title": "The quote", "painSolved": "Lost tenders", "archetype": archetype}
        made = (await self._user.post("/api/lead-magnets", idea)).json()
        self.path = f"/library/{made['id']}"
        answer = await self._user.send("PATCH", f"/api/lead-magnets/{made['id']}", parts)
        assert answer.status_code == 200, answer.text
        return self

    async def change(self, **parts: Any) -> None:
        """Changes it without having read it."""
        path = f"/api/lead-magnets/{self.path.rpartition('/')[2]}"
        assert (await self._user.send("PATCH", path, parts)).status_code == 200

    async def page(self, what: str = "") -> str:
        """The workspace, or a page of it, with HTML entities decoded."""
        answer = await send(self._gateway, self._user, "GET", f"{self.path}/{what}".rstrip("/"))
        assert answer.status_code == 200
        return html.unescape(answer.text)

    async def post(self, what: str, **form: Any) -> httpx2.Response:
        """Sends a form of the workspace, based on the current version."""
        return await send(
            self._gateway,
            self._user,
            "POST",
            f"{self.path}/{what}",
            {"version": await self.version(what), **form},
        )

    async def kept(self) -> dict[str, Any]:
        """The lead magnet, as the API returns it."""
        return dict((await self._user.get(f"/api/lead-magnets/{self.path.rpartition('/')[2]}")).json())

    async def version(self, what: str = "details") -> int:
        """Its current version; the emails have their own."""
        of_emails = what in ("emails", "activate", "versions/emails/restore")
        return int((await self.emails() if of_emails else await self.kept()).get("version", 0))

    async def form_version(self, what: str) -> str:
        """What the forms of one of its pages are made from."""
        form = rf'action="{self.path}/{what}".*?name="version" value="([^"]+)"'
        found = re.search(form, await self.page({"details": "settings"}.get(what, what)), re.DOTALL)
        assert found, "no such form"
        return found[1]

    async def emails(self, body: Any = None) -> dict[str, Any]:
        """The emails, after writing them if a body is given."""
        path = f"/api/lead-magnets/{self.path.rpartition('/')[2]}/emails"
        answer = await (self._user.send("PUT", path, body) if body else self._user.get(path))
        return dict(answer.json())


@pytest.fixture
def owner(gateway: RunningGateway, user: User) -> Owner:
    return Owner(gateway, user)


PIECES = {"content": "extraction", "page": "polish", "posts": "posts", "emails": "emails"}


async def test_each_piece_has_an_address_and_is_alone_there(
    gateway: RunningGateway, user: User, owner: Owner
) -> None:
    await owner.make("single-system", extractedContent=extracted_content())

    for word, piece in [*PIECES.items(), ("settings", "details"), ("", "extraction")]:
        text = await owner.page(word)
        assert re.findall(r'<section class="panel" id="(\w+)"', text) == [piece]
        assert re.findall(r'<a href="([^"]+)"[^>]* aria-current="page">', text)[-1:] == [
            f"{owner.path}/{word or 'content'}"
        ]
    await owner.make("single-calculator")
    none = await send(gateway, user, "GET", f"{owner.path}/page")
    assert none.status_code == 404


async def test_a_piece_that_is_asked_for_elsewhere_leaves_the_reader_where_they_are(owner: Owner) -> None:
    await owner.make("single-system", extractedContent=extracted_content())

    from_content = await owner.post("make", piece=["polish", "posts"], key="k", at="extraction")
    from_nowhere = await owner.post("make", piece=["emails"], key="l", at="//elsewhere")

    assert from_content.headers["location"] == f"{owner.path}/content"
    assert from_nowhere.headers["location"] == f"{owner.path}/emails"


async def test_every_block_of_a_page_is_shown(owner: Owner) -> None:
    page = polished_content()
    page["sections"][0]["blocks"] = BLOCKS

    await owner.make("single-system", extractedContent=extracted_content(), polishedContent=page)

    text = await owner.page("page")
    for shown in (
        "<p>A paragraph.</p>",
        '<div class="note wait">',
        "<li>Second</li>",
        "<blockquote>Afraid of the phone.</blockquote>",
        "<hr>",
        "<code>floor = cost / 0.8</code>",
        '<th scope="row">Complete</th><td>20%</td>',
        "<summary>A rate card?</summary>",
        '<span class="cat">First call</span><h5>Price it</h5>',
        "<b>22%</b><span>fee rise</span>",
        'data-embed="https://www.loom.com/embed/a1"',
        '<img src="https://example.org/a.png" alt="A sheet" loading="lazy">',
        '<a class="res" href="https://example.org/s" rel="noopener noreferrer">',
        "<p>From a later version.</p>",
    ):
        assert shown in text, shown


async def test_a_section_of_the_content_is_edited_and_the_rest_stays(owner: Owner) -> None:
    await owner.make("single-system", extractedContent=extracted_content())

    answer = await owner.post(
        "content",
        section=0,
        sectionName="My calls",
        introduction="",
        headline=["One", ""],
        summary=["First.", ""],
        detail=["", ""],
        keyTakeaway="Mine.",
    )

    assert (answer.status_code, answer.headers["location"]) == (303, f"{owner.path}/content#content-0")
    content = (await owner.kept())["extractedContent"]
    item = {"headline": "One", "summary": "First.", "detail": ""}
    assert content["structure"][0]["contents"] == [item]
    assert content["structure"][0]["sectionName"] == "My calls"
    assert content["proof"] == extracted_content()["proof"]


async def test_what_only_the_owner_can_say_is_edited(owner: Owner) -> None:
    await owner.make("single-system", extractedContent=extracted_content())

    await owner.post("content", proof="New proof.", commonMistakes="One\n\n Two ")

    content = (await owner.kept())["extractedContent"]
    assert (content["proof"], content["commonMistakes"]) == ("New proof.", ["One", "Two"])
    assert content["structure"] == extracted_content()["structure"]


async def test_a_section_of_the_page_is_edited_and_counted_again(owner: Owner) -> None:
    page = polished_content()
    page["sections"][0]["blocks"] = BLOCKS
    await owner.make("single-system", extractedContent=extracted_content(), polishedContent=page)
    contents = [f"Text {number}" for number, block in enumerate(BLOCKS) if block.get("content")]

    titles = ["Ask first?", "Name it", "higher fees"]
    typed = {"content": contents, "title": titles, "rows": ["Whole", "25%"], "items.title": ["The sheet"]}
    await owner.post("page", section=0, sectionName="Mine", introduction="", keyTakeaway="", **typed)

    kept = (await owner.kept())["polishedContent"]
    section = kept["sections"][0]
    assert [block["content"] for block in section["blocks"] if block["content"]] == contents
    assert (section["sectionName"], section["blocks"][4]["type"]) == ("Mine", "divider")
    assert [block["title"] for block in section["blocks"] if block.get("title")] == titles
    assert section["blocks"][6]["rows"] == [["Whole", "25%"]]
    assert section["blocks"][12]["items"] == [{"title": "The sheet", "url": "https://example.org/s"}]
    assert kept["metadata"]["wordCount"] == len(page["heroSummary"].split()) + 2 * len(contents)


async def test_posts_message_and_emails_are_edited(owner: Owner) -> None:
    posts = posts_result()
    parts = {"postVariations": posts["variations"], "dmTemplate": posts["dmTemplate"], "ctaWord": "QUOTE"}
    await owner.make("single-system", extractedContent=extracted_content(), **parts)
    await owner.emails({"emails": emails_result()["emails"]})

    saved = await owner.post("posts", place=0, post="My post.")
    assert saved.headers["location"] == f"{owner.path}/posts#posts-0", "back to what was edited"
    await owner.post("message", message="Hi {first_name}: [LINK]", ctaWord="FLOOR")
    await owner.post("emails", place=4, subject="Bye", body="See you, [NAME]", replyTrigger="When?")

    kept = await owner.kept()
    assert (kept["postVariations"][0]["post"], kept["linkedinPost"]) == ("My post.", "My post.")
    assert kept["postVariations"][1]["post"] == posts["variations"][1]["post"]
    assert (kept["dmTemplate"], kept["ctaWord"]) == ("Hi {first_name}: [LINK]", "FLOOR")
    assert (await owner.emails())["emails"][4]["subject"] == "Bye"


async def test_emails_with_a_place_to_fill_are_not_activated_and_say_which(owner: Owner) -> None:
    await owner.make("single-system", extractedContent=extracted_content())
    await owner.emails({"emails": emails_result()["emails"]})
    await owner.post("emails", place=4, subject="Bye", body="See you, [NAME]", replyTrigger="When?")

    refused = await owner.post("activate")
    await owner.post("emails", place=4, subject="Bye", body="See you", replyTrigger="When?")
    accepted = await owner.post("activate")

    assert (refused.status_code, accepted.status_code) == (422, 303)
    assert "Replace [NAME] in the email for day 4 with your own words." in refused.text
    [field] = re.findall(r"<textarea[^>]*aria-invalid[^>]*>", refused.text)
    assert 'id="m4b"' in field
    assert "autofocus" in field
    assert "Your mail tool sends them; we send nothing." in refused.text
    assert (await owner.emails())["status"] == "active"


async def test_the_texts_of_a_tool_are_edited_and_its_figures_stay(owner: Owner) -> None:
    await owner.make("single-calculator", interactiveConfig=calculator())

    labels = {"inputs.label": ["Clients", "Lost in a year"], "resultInterpretation.label": ["Fine", "Bad"]}
    await owner.post("tool", headline="Mine", description="Two figures.", **labels)

    config = (await owner.kept())["interactiveConfig"]
    assert (config["headline"], config["formula"]) == ("Mine", calculator()["formula"])
    assert [each["label"] for each in config["inputs"]] == ["Clients", "Lost in a year"]
    assert [each["label"] for each in config["resultInterpretation"]] == ["Fine", "Bad"]
    assert config["inputs"][0]["id"] == calculator()["inputs"][0]["id"]


@pytest.mark.parametrize(
    ("what", "form"),
    [
        ("details", {"title": " "}),
        ("details", {"title": "x" * 201}),
        ("details", {"title": "A", "externalUrl": "javascript:alert(1)"}),
        ("content", {"section": 0, "sectionName": "", "headline": "a", "summary": "b", "detail": ""}),
        ("page", {"heroSummary": " "}),
        ("details", {"title": "A\x00"}),
        ("content", {"proof": "A\x00"}),
        ("message", {"message": "A\x00"}),
    ],
)
async def test_an_edit_that_does_not_fit_changes_nothing_and_says_so(
    owner: Owner, what: str, form: dict[str, Any]
) -> None:
    page = polished_content()
    await owner.make("single-system", extractedContent=extracted_content(), polishedContent=page)
    before = await owner.kept()

    answer = await owner.post(what, **form)

    assert answer.status_code == 422
    assert "Nothing was changed" in answer.text
    assert await owner.kept() == before


async def test_an_edit_of_an_older_version_changes_nothing(owner: Owner) -> None:
    await owner.make("single-system", extractedContent=extracted_content())
    old = await owner.version()
    await owner.post("details", title="Newer")

    answer = await owner.post("details", title="Older", version=old)

    assert answer.status_code == 409
    assert "there is a newer version" in answer.text
    assert (await owner.kept())["title"] == "Newer"
    assert 'name="title" rows="2" aria-describedby="returned-0-now">\nOlder</textarea>' in answer.text
    assert '<p class="text">Newer</p>' in answer.text
    version = re.search(
        r'class="stack edit returned".*?name="version" value="([^"]+)"', answer.text, re.DOTALL
    )
    assert version is not None
    await owner.post("details", title="Older", version=version[1])
    assert (await owner.kept())["title"] == "Older"


@pytest.mark.parametrize(
    ("what", "form"),
    [
        (
            "content",
            {"section": 0, "sectionName": "Mine", "headline": ["H"], "summary": ["S"], "detail": [""]},
        ),
        ("content", {"proof": "Mine"}),
        ("page", {"heroSummary": "Mine"}),
        ("page", {"section": 0, "sectionName": "Mine"}),
        ("posts", {"place": 1, "post": "Mine"}),
        ("message", {"message": "Mine"}),
        ("emails", {"place": 2, "subject": "S", "body": "Mine", "replyTrigger": "R"}),
    ],
)
async def test_whatever_was_typed_over_something_newer_comes_back_beside_it(
    owner: Owner, what: str, form: dict[str, Any]
) -> None:
    posts, page = posts_result(), polished_content()
    parts = {"postVariations": posts["variations"], "dmTemplate": posts["dmTemplate"], "ctaWord": "QUOTE"}
    await owner.make("single-system", extractedContent=extracted_content(), polishedContent=page, **parts)
    await owner.emails({"emails": emails_result()["emails"]})
    old = await owner.version(what)
    await owner.emails({"emails": emails_result()["emails"]})
    await owner.post("details", title="Newer")

    answer = await owner.post(what, **form, version=old)

    assert answer.status_code == 409
    assert "Mine</textarea>" in answer.text
    assert "Current version" in answer.text
    assert "Replace it with mine" in answer.text
    assert "Keep mine under Versions" in answer.text


@pytest.mark.parametrize(
    ("what", "form"),
    [
        ("content", {"proof": "Mine", "commonMistakes": "One"}),
        ("emails", {"place": 2, "subject": "S", "body": "Mine", "replyTrigger": "R"}),
    ],
)
async def test_what_was_typed_over_something_newer_is_kept_as_a_version(
    owner: Owner, what: str, form: dict[str, Any]
) -> None:
    await owner.make("single-system", extractedContent=extracted_content())
    await owner.emails({"emails": emails_result()["emails"]})
    before = (await owner.kept())["extractedContent"], await owner.emails()

    answer = await owner.post(what, **form, version=0, beside="1")

    piece, part = ("emails", "#emails-2") if what == "emails" else ("extraction", "")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{owner.path}/{what}{part}")
    assert ((await owner.kept())["extractedContent"], await owner.emails()) == before
    versions = await owner.page(f"versions/{piece}")
    assert "<del>Mine</del>" in versions
    assert '<h2 id="v-h">You, ' in versions, "who typed it made it"


OTHERS = {
    "extractedContent": {**extracted_content(), "proof": "Meanwhile"},
    "polishedContent": {**polished_content(), "heroSummary": "Meanwhile"},
    "postVariations": [{**posts_result()["variations"][0], "post": "Meanwhile"}],
    "title": "Meanwhile",
}


@pytest.mark.parametrize(
    ("what", "its", "form"),
    [
        ("content", "extractedContent", {"proof": "Mine", "commonMistakes": "One"}),
        ("page", "polishedContent", {"heroSummary": "Mine"}),
        ("posts", "postVariations", {"place": 0, "post": "Mine"}),
        ("details", "title", {"title": "Mine"}),
    ],
)
async def test_an_edit_overwrites_what_it_was_made_from_though_other_pieces_have_changed_since(
    owner: Owner, what: str, its: str, form: dict[str, Any]
) -> None:
    page = polished_content()
    parts = {"polishedContent": page, "postVariations": posts_result()["variations"]}
    await owner.make("single-system", extractedContent=extracted_content(), **parts)
    made_from = await owner.form_version(what)
    await owner.change(**{name: value for name, value in OTHERS.items() if name != its})

    saved = await owner.post(what, **form, version=made_from)
    kept = await owner.kept()
    refused = await owner.post(what, **form, version=made_from)

    assert (saved.status_code, refused.status_code) == (303, 409), "the second is made from an older text"
    assert [name for name in OTHERS if "Mine" in json.dumps(kept[name])] == [its]
    assert [name for name in OTHERS if "Meanwhile" not in json.dumps(kept[name])] == [its]
    assert await owner.kept() == kept


async def test_a_section_that_is_gone_takes_no_typed_text_with_it(owner: Owner) -> None:
    await owner.make("single-system", extractedContent=extracted_content())

    answer = await owner.post("content", section=40, sectionName="Typed for an hour")

    assert answer.status_code == 409
    assert "Typed for an hour</textarea>" in answer.text


async def test_a_version_is_compared_and_brought_back(owner: Owner) -> None:
    mine = {**extracted_content(), "proof": "My own proof."}
    await owner.make("single-system", extractedContent=mine)
    await owner.change(extractedContent={**extracted_content(), "proof": "Their own proof."})
    page = await owner.page("versions/extraction")
    id = re.search(r'name="id" value="([^"]+)"', page)
    assert id is not None

    answer = await owner.post("versions/extraction/restore", id=id[1])

    assert (answer.status_code, answer.headers["location"]) == (303, f"{owner.path}/content")
    assert (await owner.kept())["extractedContent"] == mine
    assert "<del>My</del> own proof." in page
    assert "<ins>Their</ins> own proof." in page
    assert "<del>" not in await owner.page(f"versions/extraction?v={id[1]}&read=1")
    assert "Versions (2)" in await owner.page()
    assert (await owner.post("versions/extraction/restore", id=str(new_id()))).status_code == 404
    assert (await owner.post("versions/other/restore", id="x")).status_code == 404


async def test_what_was_compared_with_something_older_is_not_brought_back(owner: Owner) -> None:
    await owner.make("single-system", extractedContent=extracted_content())
    await owner.change(extractedContent={**extracted_content(), "proof": "Newer."})
    page = await owner.page("versions/extraction")
    fields = dict(re.findall(r'name="(id|version)" value="([^"]+)"', page))
    await owner.change(extractedContent={**extracted_content(), "proof": "Changed elsewhere."})

    answer = await owner.post("versions/extraction/restore", **fields)

    assert answer.status_code == 409
    assert "this piece has changed since you opened the page" in answer.text
    assert (await owner.kept())["extractedContent"]["proof"] == "Changed elsewhere."


async def test_a_version_is_brought_back_though_other_pieces_have_changed_since(owner: Owner) -> None:
    await owner.make("single-system", extractedContent=extracted_content())
    await owner.change(extractedContent={**extracted_content(), "proof": "Newer."})
    page = await owner.page("versions/extraction")
    fields = dict(re.findall(r'name="(id|version)" value="([^"]+)"', page))
    await owner.change(title="Changed elsewhere", polishedContent=polished_content())

    answer = await owner.post("versions/extraction/restore", **fields)

    assert answer.status_code == 303
    assert (await owner.kept())["extractedContent"] == extracted_content()


async def test_one_email_is_compared_and_brought_back(owner: Owner) -> None:
    await owner.make("single-system", extractedContent=extracted_content())
    first = emails_result()["emails"]
    await owner.emails({"emails": first})
    await owner.emails({"emails": [{**each, "subject": f"New {each['day']}"} for each in first]})
    page = await owner.page("versions/emails?part=2")
    id = re.search(r'name="id" value="([^"]+)"', page)
    assert id is not None

    answer = await owner.post("versions/emails/restore", id=id[1], part=2)

    assert answer.status_code == 303
    subjects = [each["subject"] for each in (await owner.emails())["emails"]]
    assert subjects == ["New 0", "New 1", first[2]["subject"], "New 3", "New 4"]


async def test_emails_that_nobody_has_seen_are_not_activated(owner: Owner) -> None:
    await owner.make("single-system", extractedContent=extracted_content())
    await owner.emails({"emails": emails_result()["emails"]})
    seen = await owner.version("activate")
    await owner.emails({"emails": emails_result()["emails"]})

    answer = await owner.post("activate", version=seen)

    assert answer.status_code == 409
    assert "These emails have changed since you read them" in answer.text
    assert (await owner.emails())["status"] == "draft"


async def test_a_lead_magnet_is_deleted_for_good_with_its_answers(owner: Owner, user: User) -> None:
    await owner.make("single-system")
    await owner.post("questions", outcome="Fees rise.", go="steps")
    assert len((await user.get("/api/wizard-drafts")).json()["items"]) == 1

    answer = await owner.post("erase")

    assert (answer.status_code, answer.headers["location"]) == (303, "/library/bin")
    assert (await user.get("/api/lead-magnets")).json()["items"] == []
    assert (await user.get("/api/wizard-drafts")).json()["items"] == []


async def test_a_piece_that_is_being_written_is_not_started_again(owner: Owner, user: User) -> None:
    await owner.make("single-system", extractedContent=extracted_content())
    await owner.post("make", piece="posts", key="one")

    again = await owner.post("make", piece="posts", key="two")

    assert again.status_code == 409
    assert "It is being written already." in again.text
    assert len((await user.get("/api/jobs")).json()["items"]) == 1


async def test_the_jobs_of_several_pieces_are_asked_for_at_once(owner: Owner, user: User) -> None:
    await owner.make("single-system", extractedContent=extracted_content())

    answer = await owner.post("make", piece=["polish", "posts", "emails"], key="k")
    again = await owner.post("make", piece=["polish", "posts", "emails"], key="k")

    assert answer.status_code == again.status_code == 303
    jobs = (await user.get("/api/jobs")).json()["items"]
    assert sorted(job["jobType"] for job in jobs) == ["emails", "polish", "posts"]
    assert "Next in line" in await owner.page("posts")


async def test_a_scale_that_was_kept_before_scales_had_bounds_is_a_small_page(
    gateway: RunningGateway, owner: Owner
) -> None:
    await owner.make("assessment", interactiveConfig=assessment())
    config = (await owner.kept())["interactiveConfig"]
    config["questions"][1] |= {"scaleMin": 1, "scaleMax": 3_000_000}
    with psycopg.connect(gateway.settings.database_url) as connection:
        connection.execute(
            "UPDATE lead_magnets SET interactive_config = %s WHERE id = %s",
            [json.dumps(config), owner.path.rpartition("/")[2]],
        )

    page = await owner.page()

    assert 'value="101">101</label>' in page
    assert 'value="102"' not in page
    assert len(page) < 100_000
