"""Stylesheet and scripts under one address that changes with their content, so browsers may cache them."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from fastapi import APIRouter, Request, Response
from lodestone.errors import NotFound

from lodestone_gateway.exports.pages import TOOL_SCRIPT, tool_script

STYLES = (
    "tokens",
    "base",
    "frame",
    "controls",
    "notes",
    "create",
    "library",
    "sheet",
    "jobs",
    "console",
    "taking_out",
    "again",
)
TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
NEEDLESS = ((b" { ", b"{"), (b"; }", b"}"), (b"; ", b";"), (b"\n  ", b"\n"))  # spaces of our stylesheets
KEEP = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """A file as it is sent."""

    body: bytes
    packed: bytes
    media_type: str


@dataclass(frozen=True)
class Assets:
    """All files; `version` is a hash of them all, so that modules can import each other by relative path."""

    version: str
    files: dict[str, Asset]

    def url(self, name: str) -> str:
        """The address of a file."""
        return f"/static/{self.version}/{name}"


@cache
def assets() -> Assets:
    """All files, read once; the stylesheet is one file made of its parts."""
    static = files(__package__).joinpath("static")
    sheets = [_rules(static.joinpath("css", f"{name}.css").read_bytes()) for name in STYLES]
    bodies = {"app.css": b"\n".join(sheets)}
    bodies |= {file.name: file.read_bytes() for file in static.iterdir() if _suffix(file) in ("js", "svg")}
    bodies |= {TOOL_SCRIPT: tool_script().encode()}
    digest = hashlib.sha256(b"".join(name.encode() + bodies[name] for name in sorted(bodies)))
    return Assets(
        digest.hexdigest()[:12],
        {
            name: Asset(body, gzip.compress(body, mtime=0), TYPES[name.rpartition(".")[2]])
            for name, body in bodies.items()
        },
    )


def _rules(sheet: bytes) -> bytes:
    """The rules alone: what explains them and sets them out need not travel to each visitor."""
    first, *rest = sheet.split(b"/*")
    rules = first + b"".join(each.partition(b"*/")[2] for each in rest)
    for spaced, bare in NEEDLESS:
        rules = rules.replace(spaced, bare)
    return rules


def router() -> APIRouter:
    """The files; open to everyone."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/static/{version}/{name}", _serve, methods=["GET", "HEAD"])
    routes.add_api_route("/favicon.ico", _icon, methods=["GET"])
    return routes


async def _serve(request: Request, version: str, name: str) -> Response:
    asset = assets().files.get(name)
    if asset is None or version != assets().version:
        raise NotFound
    return _send(request, asset, KEEP)


async def _icon(request: Request) -> Response:
    return _send(request, assets().files["mark.svg"], "public, max-age=86400")


def _send(request: Request, asset: Asset, cache_control: str) -> Response:
    headers = {"Cache-Control": cache_control, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            asset.packed, media_type=asset.media_type, headers={**headers, "Content-Encoding": "gzip"}
        )
    return Response(asset.body, media_type=asset.media_type, headers=headers)


def _suffix(file: Traversable) -> str:
    return file.name.rpartition(".")[2]
