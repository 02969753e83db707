"""`lodestone ops pause` and `resume`: a job type, a user, or everything; without --yes they only say what."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lodestone_local.ops.options import AsJson, DataDir, Url

if TYPE_CHECKING:
    from lodestone_local.ops.client import Scope

app = typer.Typer()
JobTypeName = Annotated[str | None, typer.Argument(help="The job type.", show_default=False)]
User = Annotated[str | None, typer.Option("--user", help="This user, by id.", show_default=False)]
Everything = Annotated[bool, typer.Option("--everything", help="All jobs of all users.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it; without it, only say what it would do.")]


@app.command()
def pause(
    job_type: JobTypeName = None,
    user: User = None,
    everything: Everything = False,
    yes: Yes = False,
    url: Url = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Let nothing more begin of a job type, a user or everything; what runs goes on."""
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import show

    scope = _scope(job_type, user, everything=everything)
    if not yes:
        _only_say("pause", scope, url, data_dir, as_json=as_json)
        return
    show(lambda gateway: gateway.pause(scope), views.pause_of(scope), url, data_dir, as_json=as_json)


@app.command()
def resume(
    job_type: JobTypeName = None,
    user: User = None,
    everything: Everything = False,
    per_minute: Annotated[
        int | None,
        typer.Option(help="Let so many jobs a minute begin, until none waits.", min=1, show_default=False),
    ] = None,
    yes: Yes = False,
    url: Url = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """End a pause, at once or gradually."""
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import show

    scope = _scope(job_type, user, everything=everything)
    if not yes:
        _only_say("resume", scope, url, data_dir, as_json=as_json)
        return
    show(
        lambda gateway: gateway.resume(scope, per_minute),
        views.pause_of(scope),
        url,
        data_dir,
        as_json=as_json,
    )


@app.command()
def pauses(url: Url = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List what is paused or resumed gradually, by whom and since when."""
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import show

    show(lambda gateway: gateway.pauses(), views.pauses, url, data_dir, as_json=as_json)


def _scope(job_type: str | None, user: str | None, *, everything: bool) -> "Scope":
    from lodestone_local.ops.client import Scope

    if [bool(job_type), bool(user), everything].count(True) != 1:
        raise typer.BadParameter("Name one: a job type, --user ID, or --everything.")
    return Scope(job_type, user)


def _only_say(action: str, scope: "Scope", url: str | None, data_dir: Path | None, *, as_json: bool) -> None:
    """The dry run: which jobs it is about."""
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import show

    show(lambda gateway: gateway.live_jobs(scope), views.would(action, scope), url, data_dir, as_json=as_json)
