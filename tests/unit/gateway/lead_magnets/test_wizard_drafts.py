"""Drafts as they are sent, kept and listed."""

from typing import Any

import pytest
from lodestone.errors import InvalidRequest
from lodestone.ids import new_id
from lodestone_gateway.lead_magnets.wizard_drafts import DraftToSave, WizardDraft
from lodestone_gateway.store.draft_queries import ListedDraft
from lodestone_gateway.store.lead_magnet_tables import WizardDraftRow
from pydantic import ValidationError
from support.stored import NOON


def row(**columns: Any) -> WizardDraftRow:
    given: dict[str, Any] = {"wizard_state": {"form": {"tools": ["pen"]}}, "title": "T", "current_step": 2}
    return WizardDraftRow(id=new_id(), user_id=new_id(), created_at=NOON, updated_at=NOON, **given | columns)


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"form": {}},
        {"form": {"tools": ["pen", ""]}, "own": {"title": ["Größe 🚀"]}},
        {"anything": {"else": [1, None, True]}, "pendingJob": {"id": "x"}},
    ],
)
def test_a_state_is_kept_as_it_was_sent(state: dict[str, Any]) -> None:
    assert DraftToSave.model_validate({"wizardState": state}).wizard_state == state


@pytest.mark.parametrize("part", ["form", "own"])
@pytest.mark.parametrize("wrong", [None, [], "text", {"tools": "pen"}, {"tools": []}, {"tools": [1]}])
def test_what_the_pages_fill_their_forms_with_must_be_a_form(part: str, wrong: Any) -> None:
    with pytest.raises(ValidationError, match=f"{part} must contain lists of texts"):
        DraftToSave.model_validate({"wizardState": {part: wrong}})


@pytest.mark.parametrize("wrong", [{"currentStep": -1}, {"currentStep": 101}, {"wizardState": []}])
def test_another_shape_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        DraftToSave.model_validate({"wizardState": {}} | wrong)


def test_what_cannot_be_stored_is_refused_by_its_place() -> None:
    with pytest.raises(InvalidRequest) as refused:
        DraftToSave.model_validate({"wizardState": {"a": ["x", "\x00"]}})

    assert [error["field"] for error in refused.value.members["errors"]] == ["wizardState.a.1"]


@pytest.mark.parametrize(
    ("columns", "is_same"),
    [
        ({}, True),
        ({"title": "U"}, False),
        ({"title": None}, False),
        ({"current_step": 3}, False),
        ({"wizard_state": {}}, False),
    ],
)
def test_its_tag_is_that_of_what_is_saved(columns: dict[str, Any], is_same: bool) -> None:
    assert (WizardDraft.of(row()).tag == WizardDraft.of(row(**columns)).tag) is is_same


@pytest.mark.parametrize(
    ("pending_job", "state"),
    [(None, {}), ({}, {"pendingJob": {}}), ({"id": "x"}, {"pendingJob": {"id": "x"}})],
)
def test_in_a_list_it_has_only_the_job_it_waits_for(pending_job: Any, state: dict[str, Any]) -> None:
    draft = ListedDraft(new_id(), None, None, False, pending_job, NOON, NOON)

    assert WizardDraft.listed(draft).wizard_state == state
