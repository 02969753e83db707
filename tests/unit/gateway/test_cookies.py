"""The session's cookie among others, as browsers send them."""

import pytest
from lodestone_gateway.cookies import HOST_COOKIE, LOCAL_COOKIE, cookie_values, session_cookie


@pytest.mark.parametrize(
    "other",
    [
        'g_state={"i_l":0}',
        "a b",
        '"open',
        "=",
        "",
        "naïve=é",
        'x="; y',
        "a=b=c",
        "$Version=1",
        "t=\x07",
        ";;;",
        "a,b=c",
    ],
)
def test_another_applications_cookie_does_not_hide_ours(other: str) -> None:
    for header in (f"{other}; {HOST_COOKIE}=mine", f"{HOST_COOKIE}=mine; {other}"):
        assert cookie_values([header], HOST_COOKIE) == ["mine"]


@pytest.mark.parametrize(
    "foreign",
    [
        f"\u2000{HOST_COOKIE}",
        f"\xa0{HOST_COOKIE}",
        f"\x85{HOST_COOKIE}",
        f'"{HOST_COOKIE}"',
        HOST_COOKIE.lower(),
        f"{HOST_COOKIE}[0]",
        LOCAL_COOKIE,
    ],
)
def test_a_name_that_is_not_ours_to_the_letter_is_not_ours(foreign: str) -> None:
    assert cookie_values([f"{foreign}=theirs"], HOST_COOKIE) == []


def test_all_of_one_name_are_there_in_order_but_no_endless_list() -> None:
    header = "; ".join(f"{LOCAL_COOKIE}={value}" for value in "abacd")

    assert cookie_values([header], LOCAL_COOKIE) == ["a", "b", "c"]


def test_cookies_may_come_in_several_headers() -> None:
    assert cookie_values(["a=1", f"{HOST_COOKIE}=mine"], HOST_COOKIE) == ["mine"]


def test_the_prefix_is_for_what_is_no_local_system() -> None:
    assert (session_cookie(True), session_cookie(False)) == ("lodestone_session", "__Host-lodestone_session")
