"""The TypeScript client: typed by the published contracts, small, and does what it promises.

Its generator also reads the published documents, as the authors of clients in other languages do.
"""

import json
import re
from pathlib import Path

import pytest
from support.typescript import INSTALL_SECONDS, installed_client, run

pytestmark = pytest.mark.timeout(INSTALL_SECONDS + 120)


@pytest.fixture(scope="module", autouse=True)
def client() -> Path:
    return installed_client()


def test_it_is_formatted_and_linted_its_types_hold_and_are_those_of_the_contracts() -> None:
    run("npm", "run", "--silent", "check")


def test_it_keeps_its_promises() -> None:
    told = run("npm", "test", "--silent")

    passed = re.search(r"^. pass (\d+)$", told, re.MULTILINE)
    assert passed, told
    assert int(passed[1]) > 50, told


def test_the_published_documents_are_clean_for_redocly_spectral_and_the_parser_of_asyncapi() -> None:
    run("npm", "run", "--silent", "contracts")


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another project, with React 18 and the packed client."""
    folder = tmp_path_factory.mktemp("scratch")
    run("npm", "run", "--silent", "build")
    packed = run("npm", "pack", "--silent", "--ignore-scripts", f"--pack-destination={folder}").split()[-1]
    needs = {"@lodestone/client": f"file:{packed}", "react": "18.3.1", "react-dom": "18.3.1"}
    (folder / "package.json").write_text(json.dumps({"private": True, "dependencies": needs}))
    quiet = ("--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error")
    run("npm", "install", f"--prefix={folder}", *quiet)
    return folder


def test_its_package_holds_what_it_says_for_every_way_to_import_it(scratch: Path) -> None:
    (packed,) = scratch.glob("*.tgz")

    run("npm", "run", "--silent", "package")
    run("node_modules/.bin/attw", str(packed))
    server = (scratch / "node_modules/@lodestone/client/dist/useBackgroundJob.js").read_text()
    assert server.startswith('"use client"')


PAGE = """
const { createElement } = require("react");
const { renderToString } = require("react-dom/server");
const Page = () => createElement("p", null, useBackgroundJob().status ?? "nothing yet");
console.log(renderToString(createElement(Page)), typeof watchJob);
"""
IMPORTED = """
import { createRequire } from "node:module";
import { watchJob } from "@lodestone/client";
import { useBackgroundJob } from "@lodestone/client/react";
const require = createRequire(import.meta.url);
"""
REQUIRED = """
const { watchJob } = require("@lodestone/client");
const { useBackgroundJob } = require("@lodestone/client/react");
"""


@pytest.mark.parametrize(("file", "head"), [("page.mjs", IMPORTED), ("page.cjs", REQUIRED)])
def test_the_packed_client_is_imported_and_required_on_a_server_and_renders_with_react_18(
    scratch: Path, file: str, head: str
) -> None:
    (scratch / file).write_text(head + PAGE)

    assert run("node", str(scratch / file)).strip() == "<p>nothing yet</p> function"
