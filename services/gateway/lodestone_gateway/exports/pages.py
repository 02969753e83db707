"""Documents and tools → one HTML file each: no other file, no address is asked, nothing of others runs."""

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from lodestone.jobs.interactive import MAX_STEPS
from lodestone.languages import language_of_all
from lodestone.wire import JsonObject
from markupsafe import Markup

from lodestone_gateway.exports.document import Document

TOOL_SCRIPT = "reader_tool.js"
TEMPLATES = PackageLoader(__package__ or "", "templates")  # the workspace shows tools by `reader_tool.html`


def to_html(document: Document) -> bytes:
    """The document as a page to read and to print."""
    return _render("document.html", document=document, style=_ours("document.css"), policy=document_policy())


def document_policy() -> str:
    """The content security policy of a document."""
    return _policy(_ours("document.css"))


def tool_to_html(config: JsonObject) -> bytes:
    """A calculator, an assessment or a prompt that works without a network."""
    style, script = _of_tools()
    shown = {"config": config, "language": language_of_all(config)}
    return _render("tool_file.html", **shown, style=style, script=script, policy=tool_policy())


def tool_policy() -> str:
    """The content security policy of a tool."""
    return _policy(*_of_tools())


def _of_tools() -> tuple[str, str]:
    """The style and the script of a tool's file."""
    return _ours("document.css") + _ours("tool_file.css"), tool_script() + _ours("tool_file.js")


def tool_script() -> str:
    """What makes a tool work, here and in the workspace."""
    return _ours(TOOL_SCRIPT)


def scale(question: JsonObject) -> range:
    """The possible answers to a question on a scale: bounded, whatever is stored."""
    low, high = question["scaleMin"], question["scaleMax"]
    return range(low, min(high, low + MAX_STEPS) + 1)


def _policy(style: str, script: str = "") -> str:
    runs = f"script-src {_hash_of(script)}; " if script else ""
    return f"default-src 'none'; style-src {_hash_of(style)}; {runs}base-uri 'none'; form-action 'none'"


def _hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _render(template: str, *, style: str, script: str = "", **context: object) -> bytes:
    inline = {"style": Markup(style), "script": Markup(script)}  # noqa: S704 (both are our own files)
    return _environment().get_template(template).render(**inline, **context).encode()


@cache
def _ours(name: str) -> str:
    return files(__package__).joinpath("templates", name).read_text("utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=TEMPLATES,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["scale"] = scale
    environment.tests["a"] = lambda part, name: type(part).__name__ == name
    return environment
