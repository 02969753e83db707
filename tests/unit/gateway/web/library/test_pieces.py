"""The workspace: which pieces a lead magnet has, what exists of each, and what can be made now."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from lodestone.clock import format_time
from lodestone.ids import new_id
from lodestone_gateway.store.lead_magnet_queries import ListedVersion
from lodestone_gateway.store.tables import BackgroundJob
from lodestone_gateway.web.library.pieces import Workspace, newest_of_each_type, shown_jobs
from support.samples import calculator, emails_result, extracted_content, posts_result
from support.stored import NOON, job, stored

CONTENT: dict[str, Any] = {"extracted_content": extracted_content()}
POSTS: dict[str, Any] = {"post_variations": posts_result()["variations"]}
MINUTE = timedelta(minutes=1)


def workspace(
    *jobs: BackgroundJob, items: dict[UUID, Any] | None = None, versions: Any = (), **columns: Any
) -> Workspace:
    magnet = stored(**columns)
    return Workspace(magnet.row, magnet.emails, magnet.answers, jobs, items or {}, versions, [])


def of(job_type: str, status: str = "completed", **columns: Any) -> BackgroundJob:
    return job(job_type=job_type, status=status, **columns)


def piece(work: Workspace, name: str) -> Any:
    return next(each for each in work.pieces if each.name == name)


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        (CONTENT, ["extraction", "polish", "posts", "emails"]),
        (
            {"archetype": "single-calculator", "interactive_config": calculator()},
            ["extraction", "posts", "emails"],
        ),
    ],
    ids=["text", "tool"],
)
def test_the_pieces_are_in_the_order_of_the_page(columns: dict[str, Any], names: list[str]) -> None:
    assert [each.name for each in workspace(**columns).pieces] == names


def test_a_part_is_as_written_until_its_owner_changes_it() -> None:
    first, second = of("posts"), of("posts")
    written = POSTS["post_variations"]
    items = {second.id: [{"item": written[0]}], first.id: [{"item": each} for each in written]}
    work = workspace(second, first, items=items, **CONTENT)

    assert work.is_as_written("posts", written[2])
    assert not work.is_as_written("posts", {**written[0], "post": "Mine."})
    assert not workspace(first, **CONTENT).is_as_written("posts", written[0])


def test_what_is_planned_is_listed_and_then_what_there_is() -> None:
    writing = of("posts", "processing")
    item = {"itemIndex": 1, "item": {"hookType": "time-saved"}}
    work = workspace(writing, items={writing.id: [item]}, **CONTENT)
    plan = ["price-anchor", "time-saved", "What the API says"]

    planned = work.contents(piece(work, "posts"), plan)
    there = work.contents(piece(work, "extraction"), [])

    titles = [("Price anchor", False), ("Time saved", True), ("What the API says", False)]
    assert [(each.title, each.is_there) for each in planned] == titles
    assert [each.title for each in there] == [
        each["sectionName"] for each in extracted_content()["structure"]
    ]
    assert work.contents(piece(work, "emails"), []) == []


def test_planned_posts_are_listed_in_the_language_of_the_content() -> None:
    writing = of("posts", "processing")
    content = {"proof": "Es ist der Hund, der sagt, wann man beginnt."}
    work = workspace(writing, items={writing.id: []}, extracted_content=content)

    planned = work.contents(piece(work, "posts"), ["price-anchor", "time-saved"])

    assert [each.title for each in planned] == ["Preisanker", "Gesparte Zeit"]


def test_the_newest_job_of_each_type_is_the_first_in_the_list() -> None:
    jobs = [of("posts"), of("emails"), of("posts", "failed")]

    newest = newest_of_each_type(jobs)

    assert newest == {"posts": jobs[0], "emails": jobs[1]}
    assert shown_jobs(workspace(*jobs, **CONTENT)) == [jobs[0].id, jobs[1].id]


@pytest.mark.parametrize(
    ("status", "is_live", "has_failed"),
    [
        ("pending", True, False),
        ("processing", True, False),
        ("completed", False, False),
        ("failed", False, True),
        ("cancelled", False, True),
    ],
)
def test_a_piece_is_live_or_failed_as_its_newest_job_is(status: str, is_live: bool, has_failed: bool) -> None:
    posts = piece(workspace(of("posts", status), of("posts", "failed"), **CONTENT), "posts")

    assert (posts.is_live, posts.has_failed) == (is_live, has_failed)


@pytest.mark.parametrize(
    ("status", "columns", "is_shown"),
    [
        ("processing", {}, True),
        ("processing", POSTS, True),
        ("failed", {}, True),
        ("failed", POSTS, False),
        ("cancelled", {}, True),
        ("completed", {}, False),
        ("completed", POSTS, False),
    ],
)
def test_finished_items_are_shown_until_there_is_something_better(
    status: str, columns: dict[str, Any], is_shown: bool
) -> None:
    making = of("posts", status)
    finished = [{"itemKey": "a", "itemIndex": 0, "item": {"post": "First."}}]

    posts = piece(workspace(making, items={making.id: finished}, **CONTENT, **columns), "posts")

    assert posts.items == ([] if status == "completed" else [{"post": "First."}])
    assert posts.shows_items is is_shown


def test_items_of_an_earlier_job_are_not_the_newest_ones() -> None:
    newest, earlier = of("posts", "processing"), of("posts", "failed")
    finished = [{"itemKey": "a", "itemIndex": 0, "item": {"post": "Old."}}]

    posts = piece(workspace(newest, earlier, items={earlier.id: finished}, **CONTENT), "posts")

    assert (posts.items, posts.shows_items) == ([], False)


def version(name: str = "posts", *, offered: bool = False, replaced_by: UUID | None = None) -> ListedVersion:
    return ListedVersion(new_id(), name, "ai", None, NOON, replaced_by, offered, NOON, 100)


def test_a_piece_has_its_own_versions_in_their_order() -> None:
    kept = [version(name) for name in ("posts", "emails", "posts")]

    posts = piece(workspace(versions=kept, **CONTENT, **POSTS), "posts")

    assert (posts.versions, posts.offered) == ([kept[0], kept[2]], None)


def test_the_newest_offer_stands_until_a_later_result_is_put_in_place() -> None:
    offer, older = version(offered=True), version(offered=True)
    after_an_edit = [version(), offer, older]
    after_a_result = [version(replaced_by=new_id()), offer]

    assert piece(workspace(versions=after_an_edit, **CONTENT, **POSTS), "posts").offered == offer
    assert piece(workspace(versions=after_a_result, **CONTENT, **POSTS), "posts").offered is None


@pytest.mark.parametrize(
    ("edited", "is_edited"),
    [(None, False), (NOON - MINUTE, False), (NOON + MINUTE, True)],
    ids=["never", "before it was made", "since"],
)
def test_a_piece_is_edited_if_its_owner_changed_it_after_its_job(
    edited: datetime | None, is_edited: bool
) -> None:
    made = of("posts", completed_at=NOON)
    edits = {"posts": format_time(edited)} if edited else {}

    work = workspace(made, edits=edits, posts_job_id=made.id, **CONTENT, **POSTS)

    assert piece(work, "posts").is_edited is is_edited


@pytest.mark.parametrize(
    ("jobs", "columns", "names"),
    [
        ([], {}, []),
        ([], CONTENT, ["polish", "posts", "emails"]),
        ([of("posts", "processing")], CONTENT, ["polish", "emails"]),
        ([of("emails", "failed")], CONTENT, ["polish", "posts"]),
        ([], CONTENT | POSTS | {"emails": emails_result()["emails"]}, ["polish"]),
    ],
    ids=["nothing without content", "all", "not what is live", "not what failed", "not what is there"],
)
def test_what_is_missing_can_be_made_at_once(
    jobs: list[BackgroundJob], columns: dict[str, Any], names: list[str]
) -> None:
    assert [each.name for each in workspace(*jobs, **columns).missing] == names


@pytest.mark.parametrize(
    ("jobs", "is_older"),
    [
        ([], False),
        ([of("extraction", completed_at=NOON)], False),
        ([of("polish")], False),
        ([of("polish", created_at=NOON + MINUTE), of("extraction", completed_at=NOON)], False),
        ([of("extraction", completed_at=NOON + MINUTE), of("polish")], True),
        ([of("extraction", "failed", completed_at=NOON + MINUTE), of("polish")], False),
        ([of("extraction", "processing"), of("polish")], False),
    ],
    ids=["nothing", "no page", "no content", "page after content", "again", "failed", "being made again"],
)
def test_a_page_is_older_than_content_that_was_written_again(
    jobs: list[BackgroundJob], is_older: bool
) -> None:
    assert piece(workspace(*jobs, **CONTENT), "polish").is_older is is_older


def test_a_screen_reader_hears_of_each_piece_that_was_asked_for() -> None:
    work = workspace(
        of("posts", "processing", progress_done=1, progress_total=3, attempt=1, waiting_for=None),
        of("extraction", waiting_for=None),
        **CONTENT,
    )

    assert work.sentence == "Content: done. Posts: running, 1 of 3."
    assert workspace(**CONTENT).sentence == ""


def test_emails_have_a_version_of_their_own() -> None:
    work = workspace(version=7, emails=emails_result()["emails"], **CONTENT)
    assert work.emails is not None
    work.emails.version = 3

    versions = [work.version_of(name).partition("-")[0] for name in ("posts", "details", "emails")]
    assert versions == ["7", "7", "3"]
    assert workspace(version=7).version_of("emails").startswith("0-")


@pytest.mark.parametrize(
    ("name", "overwritten"), [("posts", '"7"'), ("extraction", '"9"'), ("emails", '"0"')]
)
def test_a_form_overwrites_the_present_version_unless_its_own_piece_has_changed(
    name: str, overwritten: str
) -> None:
    before = workspace(version=7, **CONTENT, **POSTS)
    changed = {"post_variations": [{**POSTS["post_variations"][0], "post": "New."}]}
    after = workspace(version=9, **CONTENT, **{**POSTS, **changed})

    assert after.overwritten_by(name, before.version_of(name)) == overwritten


def test_a_form_from_before_its_piece_was_named_overwrites_its_own_version() -> None:
    assert workspace(version=9, **CONTENT).overwritten_by("posts", "7") == '"7"'


def test_answers_are_those_of_the_questions_that_are_asked() -> None:
    asked = workspace(**CONTENT).answered({"unknown": "?"}).answers

    assert asked
    assert set(asked.values()) == {""}
    first = next(iter(asked))
    assert workspace(**CONTENT).answered({first: "Ja."}).answers[first] == "Ja."
