"""The current values of each workspace form, by field name. Pure."""

from lodestone.wire import JsonObject

from lodestone_gateway.web.forms import Form
from lodestone_gateway.web.library.pieces import Workspace
from lodestone_gateway.web.library.returned import Texts

ONLY_THE_OWNERS = ("nonObviousInsight", "personalExperience", "proof", "differentiation")
OF_A_TOOL = ("headline", "name", "description", "systemPrompt")
OF_AN_EMAIL = ("subject", "body", "replyTrigger")


def details(workspace: Workspace, _form: Form) -> Texts:
    """Title and address."""
    return {"title": [workspace.row.title], "externalUrl": [workspace.row.external_url or ""]}


def content(workspace: Workspace, form: Form) -> Texts:
    """A section, or what only the owner can say."""
    given = workspace.row.extracted_content or {}
    if not form.text("section"):
        mistakes = "\n".join(given.get("commonMistakes", []))
        return {**_named(given, ONLY_THE_OWNERS), "commonMistakes": [mistakes]}
    section = _at(given.get("structure", []), form, "section")
    items = section.get("contents", [])
    of_items = {
        name: [str(item.get(name) or "") for item in items] for name in ("headline", "summary", "detail")
    }
    return {**_named(section, ("sectionName", "introduction", "keyTakeaway")), **of_items}


def tool(workspace: Workspace, _form: Form) -> Texts:
    """The texts of a calculator, an assessment or a prompt."""
    return _named(workspace.row.interactive_config or {}, OF_A_TOOL)


def page(workspace: Workspace, form: Form) -> Texts:
    """A section with its blocks, or the summary."""
    given = workspace.row.polished_content or {}
    if not form.text("section"):
        return _named(given, ("heroSummary",))
    section = _at(given.get("sections", []), form, "section")
    contents = [str(block["content"]) for block in section.get("blocks", []) if block.get("content")]
    return {**_named(section, ("sectionName", "introduction", "keyTakeaway")), "content": contents}


def post(workspace: Workspace, form: Form) -> Texts:
    """One of the posts."""
    return _named(_at(workspace.row.post_variations or [], form, "place"), ("post",))


def message(workspace: Workspace, _form: Form) -> Texts:
    """The message for people who comment."""
    return {"message": [workspace.row.dm_template or ""]}


def email(workspace: Workspace, form: Form) -> Texts:
    """One of the emails."""
    return _named(_at(workspace.emails.emails if workspace.emails else [], form, "place"), OF_AN_EMAIL)


def _at(entries: list[JsonObject], form: Form, name: str) -> JsonObject:
    place = form.place(name, len(entries))
    return entries[place] if place is not None else {}


def _named(given: JsonObject, names: tuple[str, ...]) -> dict[str, list[str]]:
    return {name: [str(given.get(name) or "")] for name in names}
