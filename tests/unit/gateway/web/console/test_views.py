"""Saved views: names and filters that a browser keeps, whatever it sends back."""

import base64
import json

import pytest
from fastapi import Request, Response
from lodestone.errors import Conflict, InvalidRequest
from lodestone_gateway.web.console.views import (
    COOKIE,
    MOST_BYTES,
    MOST_VIEWS,
    View,
    keep,
    query_of,
    read_views,
    with_view,
    without_view,
)


def request(cookie: str) -> Request:
    return Request({"type": "http", "headers": [(b"cookie", f"{COOKIE}={cookie}".encode())]})


def written(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


def kept(views: list[View]) -> list[View]:
    """The views as the browser sends them back."""
    response = Response()
    keep(response, views, is_secure=True)
    cookie = response.headers["set-cookie"].partition("=")[2].partition(";")[0].strip('"')
    return read_views(request(cookie))


def test_a_view_comes_back_with_its_filter_and_without_its_place_in_the_list() -> None:
    views = with_view([], "Mine", "status=failed&cursor=abc&top=def&text=a%26b")

    assert kept(views) == [View("Mine", "status=failed&text=a%26b")]


def test_a_view_of_the_same_name_replaces_the_earlier_one() -> None:
    views = with_view(with_view([], "Mine", "status=failed"), "Mine", "status=pending")

    assert views == [View("Mine", "status=pending")]
    assert without_view(views, "Mine") == []


@pytest.mark.parametrize(
    "cookie",
    ["", "%%%", "bm90IGpzb24=", written({"a": 1}), written([1, "x", ["only one"], [1, 2]]), written(None)],
)
def test_a_cookie_that_is_none_of_ours_is_no_view(cookie: str) -> None:
    assert read_views(request(cookie)) == []


def test_there_are_no_more_views_than_a_cookie_holds() -> None:
    views = [View(str(number), "status=failed") for number in range(MOST_VIEWS)]
    with pytest.raises(Conflict):
        with_view(views, "one more", "status=failed")

    long = [View(str(number), "text=" + "x" * 395) for number in range(MOST_BYTES // 500)]
    with pytest.raises(Conflict):
        with_view(long, "one more", "text=" + "x" * 395)


@pytest.mark.parametrize("name", ["", "x" * 41, "a\nb"])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(InvalidRequest):
        with_view([], name, "status=failed")


def test_a_query_keeps_several_values() -> None:
    assert query_of("waitingFor=provider%2Crate_limit&view=1") == "waitingFor=provider%2Crate_limit"
