"""`lodestone ops take-down` and `put-back`: a published page, by the link that was reported."""

from typing import TYPE_CHECKING, Annotated

import typer

from lodestone_local.ops.options import AsJson, DataDir, Url

if TYPE_CHECKING:
    from lodestone_local.ops.asking import Ask

app = typer.Typer()
Link = Annotated[str, typer.Argument(help="The page's link, or the last part of it.", show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", help="Do it; without it, only say what it would do.")]


@app.command("take-down")
def take_down(
    link: Link, yes: Yes = False, url: Url = None, data_dir: DataDir = None, as_json: AsJson = False
) -> None:
    """Let nobody open a published page any more; its owner cannot publish it again."""
    change = (lambda gateway: gateway.take_down(link)) if yes else None
    _change_page("take down", link, change, url, data_dir, as_json=as_json)


@app.command("put-back")
def put_back(
    link: Link, yes: Yes = False, url: Url = None, data_dir: DataDir = None, as_json: AsJson = False
) -> None:
    """Make a page that was taken down public again, as it was."""
    change = (lambda gateway: gateway.put_back(link)) if yes else None
    _change_page("put back", link, change, url, data_dir, as_json=as_json)


def _change_page(
    action: str, link: str, change: "Ask | None", url: Url, data_dir: DataDir, *, as_json: bool
) -> None:
    """Shows the page after the change; without one, what it would be about."""
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import show

    if change:
        show(change, views.public_page, url, data_dir, as_json=as_json)
        return
    would = views.would_change_page(action)
    show(lambda gateway: gateway.public_page(link), would, url, data_dir, as_json=as_json)
