"""The options that several operators' commands take."""

from pathlib import Path
from typing import Annotated

import typer

Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        help="The gateway's address, instead of LODESTONE_URL; LODESTONE_TOKEN holds an operator's token.",
        show_default=False,
    ),
]
DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", help="The data folder of a local system to use.", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the gateway's answer as JSON.")]
Limit = Annotated[int, typer.Option(help="The rows of a page.", min=1, max=100)]
Cursor = Annotated[str | None, typer.Option(help="Where the next page begins.", show_default=False)]
JobType = Annotated[
    str | None, typer.Option("--type", help="Of these job types, separated by commas.", show_default=False)
]
Code = Annotated[
    str | None,
    typer.Option("--error-code", help="With these codes, separated by commas.", show_default=False),
]
Status = Annotated[str | None, typer.Option(help="In these states, separated by commas.", show_default=False)]
User = Annotated[str | None, typer.Option("--user", help="Of this user, by id.", show_default=False)]
Since = Annotated[
    str | None, typer.Option(help="From this time on, such as 2026-11-29T08:00:00Z.", show_default=False)
]
Until = Annotated[str | None, typer.Option(help="Before this time.", show_default=False)]
Cause = Annotated[
    str | None, typer.Option(help="Of this cause, as `dead-letters` shows it.", show_default=False)
]
WaitingFor = Annotated[
    str | None,
    typer.Option(help="That wait for these, separated by commas, such as slot,paused.", show_default=False),
]
Text = Annotated[
    str | None, typer.Option(help="With this in the input or in what the job says.", show_default=False)
]
CostAbove = Annotated[str | None, typer.Option(help="That cost more US dollars so far.", show_default=False)]
Stuck = Annotated[bool, typer.Option("--stuck", help="Only those past their deadline.")]
FailedSince = Annotated[str | None, typer.Option(help="That failed from this time on.", show_default=False)]
FailedUntil = Annotated[str | None, typer.Option(help="That failed before this time.", show_default=False)]
JobId = Annotated[str, typer.Argument(help="The job's id.", show_default=False)]
