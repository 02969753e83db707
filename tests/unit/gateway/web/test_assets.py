"""Stylesheets, scripts and pages: nothing inline, nothing from elsewhere, and none too large."""

import gzip
import hashlib
import re
from importlib.resources import files

import pytest
from lodestone_gateway.web.assets import assets
from lodestone_gateway.web.pages import HEADERS, OWNERS_PICTURES

STATIC = files("lodestone_gateway.web").joinpath("static")
TEMPLATES = sorted(files("lodestone_gateway.web").joinpath("templates").rglob("*.html"))  # type: ignore[attr-defined]
MAX_PACKED_BYTES = 48_000  # a page may have 60 kB, and is about 10 kB itself


def vendored() -> list[list[str]]:
    lines = STATIC.joinpath("vendor.lock").read_text().splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("entry", vendored(), ids=lambda entry: entry[0])
def test_files_of_others_are_as_they_came(entry: list[str]) -> None:
    name, version, sha256, licence = entry

    assert hashlib.sha256(STATIC.joinpath(name).read_bytes()).hexdigest() == sha256
    assert version in STATIC.joinpath(name).read_text()
    assert "Zero-Clause BSD" in STATIC.joinpath(licence).read_text()


def test_what_every_page_loads_is_small() -> None:
    packed = {name: len(asset.packed) for name, asset in assets().files.items()}

    assert sum(packed.values()) < MAX_PACKED_BYTES, packed


def test_a_packed_file_is_the_file() -> None:
    for asset in assets().files.values():
        assert gzip.decompress(asset.packed) == asset.body


def test_the_policy_lets_nothing_inline_run() -> None:
    for headers in (HEADERS, OWNERS_PICTURES):
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_nothing_inline_and_nothing_from_elsewhere(path: object) -> None:
    text = path.read_text()  # type: ignore[attr-defined]

    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|hx-on|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r'(src|href)="https?:', text)
