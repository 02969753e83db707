"""The TypeScript client: typed by the published contracts, small, and true to its promises."""

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


def test_what_it_publishes_is_there_after_a_build(client: Path) -> None:
    run("npm", "run", "--silent", "build")

    published = json.loads((client / "package.json").read_text())["exports"]
    missing = [
        file for entry in published.values() for file in entry.values() if not (client / file).is_file()
    ]
    assert not missing
    told = run("node", "-e", "import('@lodestone/client').then((it) => console.log(typeof it.watchJob))")
    assert told.strip() == "function"
