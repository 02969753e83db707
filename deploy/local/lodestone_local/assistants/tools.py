"""The tools: for each, the operation of the gateway that describes it, and the call behind it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from inspect import signature
from typing import Literal

from lodestone.wire import JsonObject
from pydantic.alias_generators import to_camel

from lodestone_local.assistants.api_document import ApiDocument
from lodestone_local.ops.client import OperatorClient


@dataclass(frozen=True)
class Tool:
    """One tool; its arguments and its answer are those of the operation, as the gateway describes them."""

    name: str
    operation: str  # its `operationId`
    call: Callable[..., Awaitable[JsonObject]]
    description: str
    shows: tuple[str, ...] = ()  # the fields of the answer that it gives; all if empty
    does: Literal["read", "prepare", "change"] = "read"

    def arguments(self, document: ApiDocument) -> JsonObject:
        """The schema of its arguments: those of the operation, as far as the call passes them on."""
        schema = document.arguments_of(self.operation)
        parameters = signature(self.call).parameters.values()
        if any(each.kind is each.VAR_KEYWORD for each in parameters):
            return schema
        passed_on = {to_camel(each.name) for each in parameters}
        kept = {name: each for name, each in schema["properties"].items() if name in passed_on}
        return {**schema, "properties": kept}


WHY = (
    *("id", "jobType", "userId", "status", "waitingFor", "attempt", "createdAt", "deadlineAt"),
    *("verdict", "estimate"),
)

TOOLS = (
    Tool("list_jobs", "list_all_jobs", OperatorClient.jobs, "Jobs of all users, newest first, in pages."),
    Tool(
        "inspect_job",
        "inspect_job",
        OperatorClient.job,
        "One job with input, result, events, provider calls and cost. `why_job` is shorter.",
    ),
    Tool(
        "why_job",
        "inspect_job",
        OperatorClient.job,
        "Why a job is in its state: all causes, the outermost first, with evidence, its age, and advice.",
        shows=WHY,
    ),
    Tool(
        "list_dead_letters",
        "list_dead_letters",
        OperatorClient.dead_letters,
        "Failed jobs that were not run again, and events that belong to no job's history; newest first.",
    ),
    Tool(
        "group_dead_letters",
        "group_dead_letters",
        OperatorClient.dead_letter_groups,
        "Failed jobs that were not run again, by cause, with counts over time and affected users.",
    ),
    Tool(
        "list_services",
        "list_services",
        OperatorClient.services,
        "The relay, the projector and the services: processes, slots in use, waiting work, pauses.",
    ),
    Tool(
        "read_overview",
        "read_overview",
        OperatorClient.overview,
        "What goes on, and what ended in the last hour or day: counts, times, tokens, cost, errors.",
    ),
    Tool(
        "list_users",
        "list_users",
        OperatorClient.users,
        "Users with plan, live jobs, and what they spent today and this month.",
    ),
    Tool(
        "read_user_usage",
        "read_user",
        OperatorClient.user,
        "One user: usage and cost by day and job type, caps and what is used of them, live jobs.",
    ),
    Tool(
        "list_audit",
        "list_audit",
        OperatorClient.audit,
        "What operators did and whose content they looked at, newest first.",
    ),
    Tool("read_spend", "read_spend", OperatorClient.spend, "What all users spent in this hour, and its cap."),
    Tool(
        "list_pauses",
        "list_pauses",
        OperatorClient.pauses,
        "Job types and users that are paused or resumed gradually: by whom, and since when.",
    ),
    Tool(
        "list_bulk_actions",
        "list_bulk_actions",
        OperatorClient.bulk_actions,
        "Bulk actions and dry runs, newest first: what was found, how far they are.",
    ),
    Tool(
        "read_bulk_action",
        "read_bulk_action",
        OperatorClient.bulk_action,
        "One bulk action: what the dry run found, how many of its jobs are done, refused or open.",
    ),
    Tool(
        "prepare_bulk_action",
        "look_at_bulk_action",
        OperatorClient.look_at_bulk_action,
        "A dry run of running failed jobs again (replay), or of cancelling, pausing or resuming jobs that "
        "have not ended: how many match, how many are not eligible and why, what it may cost. Changes "
        "nothing; confirm_bulk_action takes its id, once its state is dry_run: a search by text or cost is "
        "looking until then, as read_bulk_action says.",
        does="prepare",
    ),
    Tool(
        "confirm_bulk_action",
        "start_bulk_action",
        OperatorClient.start_bulk_action,
        "Begins what a dry run counted, by the dry run's id. Only after the person has seen the dry run and "
        "agreed to it.",
        does="change",
    ),
    Tool(
        "abort_bulk_action",
        "abort_bulk_action",
        OperatorClient.abort_bulk_action,
        "Ends a bulk action that runs; what it has done stays done.",
        does="change",
    ),
)
