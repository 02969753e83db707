"""`lodestone ops`: what operators see and do, as tables for people and with `--json` for scripts."""

from typing import Annotated

import typer

from lodestone_local.ops.options import (
    AsJson,
    Code,
    Cursor,
    DataDir,
    JobId,
    JobType,
    Limit,
    Status,
    Url,
    User,
)

app = typer.Typer(
    help="See and do what operators do, on this machine's system or on a remote gateway.",
    no_args_is_help=True,
)


@app.command()
def jobs(
    status: Status = None,
    job_type: JobType = None,
    error_code: Code = None,
    user: User = None,
    stuck: Annotated[bool, typer.Option("--stuck", help="Only those past their deadline.")] = False,
    cursor: Cursor = None,
    limit: Limit = 20,
    url: Url = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List jobs of all users, newest first."""
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import show

    filters = {"status": status, "job_type": job_type, "error_code": error_code, "user_id": user}
    place = {"stuck": stuck or None, "cursor": cursor, "limit": limit}
    show(lambda gateway: gateway.jobs(**filters, **place), views.jobs, url, data_dir, as_json=as_json)


@app.command()
def why(job: JobId, url: Url = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Say why a job is in its state: all causes, what they rest on, and what to do."""
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import show

    show(lambda gateway: gateway.job(job), views.why, url, data_dir, as_json=as_json)


@app.command("dead-letters")
def dead_letters(
    job_type: JobType = None,
    error_code: Code = None,
    user: User = None,
    cursor: Cursor = None,
    limit: Limit = 20,
    url: Url = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List what failed and was not run again, newest first."""
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import show

    filters = {"job_type": job_type, "error_code": error_code, "user_id": user}
    place = {"cursor": cursor, "limit": limit}
    show(
        lambda gateway: gateway.dead_letters(**filters, **place),
        views.dead_letters,
        url,
        data_dir,
        as_json=as_json,
    )


@app.command()
def replay(job: JobId, url: Url = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Run one failed job again."""
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import show

    show(lambda gateway: gateway.replay(job), views.replayed, url, data_dir, as_json=as_json)
