"""docs/settings.md matches the code: each variable has its meaning, unit and an example that works."""

from pathlib import Path

import pytest
from lodestone.errors import Misconfigured
from lodestone.settings import BusSettings, models, read_settings
from lodestone.settings_page import described, settings_page
from pydantic import Field

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
PROCESSES = {
    *("gateway", "projector", "relay", "worker"),
    *("mcp", "migrate", "ops", "plan", "rebuild", "spend", "subscriber"),
}


def test_the_committed_page_is_up_to_date() -> None:
    assert set(models()) == PROCESSES
    assert PAGE.read_text() == settings_page(), "run `make contracts` and commit docs/settings.md"


@pytest.mark.parametrize("reader", sorted(PROCESSES))
def test_each_setting_says_what_it_is_and_its_example_is_taken(
    monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    model = models()[reader]
    for setting in described(model):
        with monkeypatch.context() as env:
            env.setenv(setting.names[0], setting.example)
            try:
                read_settings(model)
                problems = ""
            except Misconfigured as error:  # other variables are missing here
                problems = str(error)

        is_secret = setting.unit == "secret"
        assert setting.what[0].isupper(), setting
        assert setting.what.endswith("."), setting
        assert ("…" in setting.example) == is_secret or "URL" in setting.names[0] or "{" in setting.example
        assert is_secret or f"{setting.names[0]}: " not in problems, problems


def test_a_field_that_does_not_say_what_it_is_is_refused() -> None:
    class Silent(BusSettings):
        burst: int = Field(default=1, description="How many at once.", examples=["2"])
        secret: str = ""

    with pytest.raises(KeyError, match="burst has no unit"):
        list(described(Silent))
    Silent.model_fields["burst"].json_schema_extra = {"unit": "jobs"}
    with pytest.raises(KeyError, match="secret has no description"):
        list(described(Silent))
