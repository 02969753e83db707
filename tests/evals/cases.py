"""The cases: inputs as a service receives them. `<type>-<label>.json`, among the examples and in `cases/`."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lodestone.jobs import JOB_TYPES
from lodestone.wire import WireModel

_HERE = Path(__file__).parent
FOLDERS = (_HERE.parents[1] / "docs" / "examples" / "inputs", _HERE / "cases")


@dataclass(frozen=True)
class Case:
    """One input of a job type; the label says what is special about it."""

    job_type: str
    label: str
    work: WireModel

    @property
    def name(self) -> str:
        """The name in the table."""
        return f"{self.job_type} {self.label}"


def load_cases() -> list[Case]:
    """All cases, in the order of the registry and then of their labels."""
    paths = sorted(path for folder in FOLDERS for path in folder.glob("*.json"))
    return [_load(name, path) for name in JOB_TYPES for path in paths if path.stem.split("-")[0] == name]


def _load(job_type: str, path: Path) -> Case:
    body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    label = path.stem.removeprefix(job_type).removeprefix("-") or "example"
    return Case(job_type, label, JOB_TYPES[job_type].work.model_validate(body))
