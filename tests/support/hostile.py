"""A user of the pages whose every text holds an endless word and an address with a long query."""

from typing import Any
from uuid import UUID

import psycopg
from lodestone.ids import new_id
from lodestone.wire import JsonObject
from psycopg.types.json import Jsonb
from support.browser import Visitor
from support.running_system import RunningSystem
from support.samples import (
    assessment,
    calculator,
    emails_result,
    example_input,
    extracted_content,
    gpt,
    ideation_result,
    polished_content,
    posts_result,
)

WORD = "Donaudampfschifffahrtsgesellschaft" * 6
ADDRESS = "https://example.org/?utm_source=" + "a1b2c3d4_" * 20
MAX_TITLE = 200
AS_IT_IS = frozenset(
    [
        "archetype",
        "type",
        "id",
        "formula",
        "resultFormat",
        "method",
        "polishedAt",
        "url",
        "src",
        "provider",
        "style",
        "hookStrength",
        "problemResonance",
        "toneMatch",
        "colour",
        "conceptIndex",
        "components",
        "frequency",
        "businessType",
    ]
)
BLOCKS: list[JsonObject] = [
    {"type": "paragraph", "content": "A"},
    {"type": "callout", "content": "A", "style": "warning"},
    {"type": "list", "content": "A"},
    {"type": "quote", "content": "A"},
    {"type": "code", "content": "A", "language": "text"},
    {"type": "table", "content": "A", "headers": ["A", "B", "C"], "rows": [["A", "B", "C"]]},
    {"type": "accordion", "title": "A", "content": "B"},
    {"type": "numbered-item", "title": "A", "number": 1, "content": "B", "category": "C"},
    {"type": "stat-card", "title": "A", "content": "B"},
    {"type": "stat-card", "title": "A", "content": "B"},
    {"type": "embed", "url": "https://www.loom.com/share/a1", "provider": "loom", "content": "A"},
    {"type": "image", "src": "https://example.invalid/a.png", "alt": "A", "caption": "B"},
    {"type": "resource-card", "items": [{"title": "A", "url": "https://example.org/s"}]},
]


def hostile(value: Any, key: str = "") -> Any:
    """The same shape, with each text replaced by one that is too wide for any column."""
    if isinstance(value, dict):
        return {name: hostile(part, name) for name, part in value.items()}
    if isinstance(value, list):
        return [hostile(part, key) for part in value]
    if not isinstance(value, str) or key in AS_IT_IS:
        return value
    return f"{WORD} {ADDRESS} {WORD}"[:MAX_TITLE] if key == "title" else f"{WORD} {ADDRESS} {WORD}"


class Hostile:
    """The visitor's lead magnets and jobs, by name in `ids`."""

    def __init__(self, system: RunningSystem, visitor: Visitor) -> None:
        self.visitor = visitor
        self._database = system.told["postgres"]
        self.ids: dict[str, str] = {}

    def make(self) -> None:
        """Creates everything that the pages show."""
        context = hostile(example_input("ideation-b2b-consultant"))
        kit = {name: value for name, value in context.items() if name != "sources"}
        self.visitor.api("PUT", "/api/brand-kit", json=kit)
        for status in ("completed", "failed", "processing", "cancelled"):
            self.ids[status] = self._job("ideation", example_input("ideation-b2b-consultant"), None, status)
        page = {**polished_content()}
        page["sections"][0]["blocks"] = BLOCKS
        posts = hostile(posts_result())
        texts = {"extractedContent": hostile(extracted_content()), "polishedContent": hostile(page)}
        parts = {"postVariations": posts["variations"], "dmTemplate": WORD, "ctaWord": WORD}
        self._magnet("full", "single-system", **texts, **parts, externalUrl=ADDRESS)
        emails = {"emails": hostile(emails_result()["emails"])}
        self.visitor.api("PUT", f"/api/lead-magnets/{self.ids['full']}/emails", json=emails)
        for name, archetype, config in (
            ("calculator", "single-calculator", calculator()),
            ("assessment", "assessment", assessment()),
            ("prompt", "prompt", gpt()),
        ):
            self._magnet(name, archetype, interactiveConfig=hostile(config))
        self._magnet("bare", "single-system")
        for kind in ("extraction", "polish", "posts", "emails"):
            self._failed_piece(kind)
        fields = {"businessDescription": [WORD], "urgentPains": [WORD, ADDRESS], "tools": [ADDRESS]}
        for title in (WORD, ADDRESS):
            draft = {"wizardState": {"form": fields}, "title": title}
            self.visitor.api("PUT", f"/api/wizard-drafts/{new_id()}", json=draft)
        answers = {"outcome": [WORD], "steps": [ADDRESS]}
        draft = {"wizardState": {"answers": answers}, "title": WORD}
        self.visitor.api("PUT", f"/api/wizard-drafts/{self.ids['bare']}", json=draft)

    def _magnet(self, name: str, archetype: str, **parts: Any) -> None:
        idea = {"title": WORD[:MAX_TITLE], "painSolved": ADDRESS, "archetype": archetype}
        made = self.visitor.api("POST", "/api/lead-magnets", json=idea)
        self.ids[name] = made["id"]
        if parts:
            self.visitor.api("PATCH", f"/api/lead-magnets/{made['id']}", json=parts)

    def _failed_piece(self, kind: str) -> None:
        self._job(kind, {}, UUID(self.ids["bare"]), "failed")

    def _job(self, kind: str, job_input: JsonObject, magnet: UUID | None, status: str) -> str:
        """A row as the projector leaves it; no process runs for it."""
        id, result = new_id(), hostile(ideation_result()) if kind == "ideation" else None
        items = [{"item": concept} for concept in result["concepts"][:7]] if result else []
        ended = status in ("completed", "failed", "cancelled")
        with psycopg.connect(self._database) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(
                """INSERT INTO background_jobs (id, user_id, job_type, status, input, result, items, error,
                    progress_done, progress_total, progress_message, waiting_for, lead_magnet_id, started_at,
                    deadline_at, completed_at, attempt)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 7, 10, %s, %s, %s, now(),
                    now() + interval '1 day', CASE WHEN %s THEN now() END, 1)""",
                [
                    *(id, self.visitor.id, kind, status, Jsonb(job_input)),
                    Jsonb(result) if status == "completed" else None,
                    *(Jsonb(items), WORD if status == "failed" else None, WORD, None, magnet, ended),
                ],
            )
        return str(id)
