import pytest
from lodestone.jobs.emails import EmailsInput, EmailsResult, EmailsWork
from support.samples import LEAD_MAGNET_ID, emails_result, problems


def test_ai_is_used_unless_it_is_declined() -> None:
    assert EmailsInput.model_validate({"leadMagnetId": LEAD_MAGNET_ID}).to_wire() == {
        "leadMagnetId": LEAD_MAGNET_ID,
        "useAI": True,
    }
    assert not EmailsInput.model_validate({"leadMagnetId": LEAD_MAGNET_ID, "useAI": False}).use_ai


def test_a_caller_names_the_lead_magnet() -> None:
    assert set(problems(EmailsInput, {"useAI": "perhaps"})) == {"leadMagnetId", "useAI"}


def test_the_work_carries_what_the_emails_may_say() -> None:
    work = {
        "leadMagnetId": LEAD_MAGNET_ID,
        "useAI": True,
        "title": "The Quote",
        "format": "Doc",
        "contents": "A page and a sheet",
        "senderName": "Ada",
        "businessDescription": "Advice on quotes",
        "audienceStyle": "technical",
        "bestVideo": {"title": "A quote, live", "url": "https://example.com/v"},
        "contentLinks": [{"title": "Sheet", "url": "https://example.com/s"}],
        "communityUrl": "https://example.com/c",
        "resourceUrl": None,
    }

    assert EmailsWork.model_validate(work).to_wire() == work


def test_title_and_sender_are_enough_for_the_work() -> None:
    assert set(problems(EmailsWork, {"leadMagnetId": LEAD_MAGNET_ID})) == {"title", "senderName"}


def test_a_result_survives_the_wire_unchanged() -> None:
    assert EmailsResult.model_validate(emails_result()).to_wire() == emails_result() | {
        "fallbackReason": None
    }


@pytest.mark.parametrize(
    "days", [[0, 1, 2, 3], [0, 1, 2, 3, 4, 4], [0, 1, 2, 3, 3], [4, 3, 2, 1, 0], [1, 2, 3, 4, 0], []]
)
def test_there_is_one_email_for_each_of_the_five_days_in_order(days: list[int]) -> None:
    email = emails_result()["emails"][0]

    found = problems(EmailsResult, emails_result() | {"emails": [email | {"day": day} for day in days]})

    assert list(found) == ["emails"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("day", 5), ("day", -1), ("day", None), ("subject", ""), ("body", " "), ("replyTrigger", "")],
)
def test_a_faulty_email_is_named_by_its_number(name: str, value: object) -> None:
    result = emails_result()
    result["emails"][3][name] = value

    assert list(problems(EmailsResult, result)) == [f"emails.3.{name}"]


def test_the_fallback_is_always_told() -> None:
    result = emails_result()
    del result["usedFallback"]

    assert list(problems(EmailsResult, result)) == ["usedFallback"]


def test_the_reason_of_a_fallback_is_a_known_code_and_goes_with_a_fallback() -> None:
    fallback = emails_result() | {"usedFallback": True}

    assert problems(EmailsResult, fallback | {"fallbackReason": "AI_REFUSED"}) == {}
    assert problems(EmailsResult, fallback) == {}
    assert list(problems(EmailsResult, fallback | {"fallbackReason": "BAD_DAY"})) == ["fallbackReason"]
    assert "usedFallback" in problems(EmailsResult, emails_result() | {"fallbackReason": "AI_REFUSED"})[""]
