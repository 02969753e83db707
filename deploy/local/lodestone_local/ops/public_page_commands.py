"""`lodestone ops take-down` and `put-back`: a published page, by the link that was reported."""

from typing import Annotated

import typer

from lodestone_local.ops.options import AsJson, DataDir, Url

app = typer.Typer()
Link = Annotated[str, typer.Argument(help="The page's link, or the last part of it.", show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", help="Do it; without it, only say what it would do.")]


@app.command("take-down")
def take_down(
    link: Link, yes: Yes = False, url: Url = None, data_dir: DataDir = None, as_json: AsJson = False
) -> None:
    """Let nobody open a published page any more; its owner cannot publish it again."""
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import show

    if yes:
        show(lambda gateway: gateway.take_down(link), views.public_page, url, data_dir, as_json=as_json)
        return
    show(
        lambda gateway: gateway.public_page(link),
        views.would_change_page("take down"),
        url,
        data_dir,
        as_json=as_json,
    )


@app.command("put-back")
def put_back(
    link: Link, yes: Yes = False, url: Url = None, data_dir: DataDir = None, as_json: AsJson = False
) -> None:
    """Make a page that was taken down public again, as it was."""
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import show

    if yes:
        show(lambda gateway: gateway.put_back(link), views.public_page, url, data_dir, as_json=as_json)
        return
    show(
        lambda gateway: gateway.public_page(link),
        views.would_change_page("put back"),
        url,
        data_dir,
        as_json=as_json,
    )
