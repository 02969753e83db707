"""The columns of each table."""

from lodestone_local.ops.client import Scope
from lodestone_local.ops.tables import Column, dollars_of, text_of, time_of, trend_of

JOBS = (
    Column("CREATED", time_of("createdAt")),
    Column("JOB", text_of("id")),
    Column("TYPE", text_of("jobType")),
    Column("STATUS", text_of("status")),
    Column("WAITS FOR", text_of("waitingFor")),
    Column("ATTEMPT", text_of("attempt"), is_number=True),
    Column("USD", dollars_of("usage", "costUsd"), is_number=True),
    Column("USER", text_of("userId")),
    Column("ERROR", text_of("errorCode")),
)
DEAD_LETTERS = (
    Column("DIED", time_of("diedAt")),
    Column("KIND", text_of("kind")),
    Column("JOB", text_of("jobId")),
    Column("TYPE", text_of("jobType")),
    Column("CODE", text_of("errorCode")),
    Column("USER", text_of("userId")),
    Column("ERROR", text_of("error")),
)
GROUPS = (
    Column("JOBS", text_of("count"), is_number=True),
    Column("USERS", text_of("users"), is_number=True),
    Column("FIRST", time_of("firstSeen")),
    Column("LAST", time_of("lastSeen")),
    Column("TREND", trend_of("buckets")),
    Column("TYPE", text_of("jobType")),
    Column("CODE", text_of("errorCode")),
    Column("CAUSE", text_of("cause"), is_whole=True),
)
PAUSES = (
    Column("SINCE", time_of("pausedAt")),
    Column("WHAT", lambda row: str(Scope(row["jobType"], row["userId"]))),
    Column("BY", text_of("pausedBy")),
    Column("A MINUTE", text_of("perMinute"), is_number=True),
)
USAGE = (
    Column("TYPE", text_of("jobType")),
    Column("COMPLETED", text_of("completed"), is_number=True),
    Column("FAILED", text_of("failed"), is_number=True),
    Column("CANCELLED", text_of("cancelled"), is_number=True),
    Column("TOKENS IN", text_of("inputTokens"), is_number=True),
    Column("TOKENS OUT", text_of("outputTokens"), is_number=True),
    Column("USD", dollars_of("costUsd"), is_number=True),
    Column("WASTED", dollars_of("wastedUsd"), is_number=True),
)
USERS = (
    Column("SINCE", time_of("createdAt")),
    Column("USER", text_of("id")),
    Column("EMAIL", text_of("email")),
    Column("PLAN", text_of("plan")),
    Column("LIVE JOBS", text_of("liveJobs"), is_number=True),
    Column("USD TODAY", dollars_of("spentToday"), is_number=True),
    Column("THIS MONTH", dollars_of("spentThisMonth"), is_number=True),
    Column("PAUSED", time_of("pausedAt")),
)
DAYS = (
    Column("DAY", text_of("date")),
    Column("TYPE", text_of("jobType")),
    Column("JOBS", text_of("jobs"), is_number=True),
    Column("TOKENS IN", text_of("inputTokens"), is_number=True),
    Column("TOKENS OUT", text_of("outputTokens"), is_number=True),
    Column("USD", dollars_of("costUsd"), is_number=True),
)
AUDIT = (
    Column("AT", time_of("at")),
    Column("BY", lambda row: row["operatorId"] or row["loginName"]),
    Column("ACTION", text_of("action")),
    Column("ON", lambda row: " ".join(filter(None, (row["targetKind"], row["targetId"])))),
    Column("USER", text_of("userId")),
    Column("OUTCOME", text_of("outcome")),
    Column("DETAILS", lambda row: ", ".join(f"{name} {each}" for name, each in row["details"].items())),
)
BULK_ACTIONS = (
    Column("CREATED", time_of("createdAt")),
    Column("BULK ACTION", text_of("id")),
    Column("ACTION", text_of("action")),
    Column("STATE", text_of("state")),
    Column("ELIGIBLE", text_of("found", "eligible"), is_number=True),
    Column("DONE", text_of("done"), is_number=True),
    Column("REFUSED", text_of("refused"), is_number=True),
    Column("OPEN", text_of("open"), is_number=True),
    Column("BY", text_of("operatorId")),
)
OUTCOMES = (
    Column("ENDED", time_of("endedAt")),
    Column("JOB", text_of("jobId")),
    Column("OUTCOME", text_of("outcome")),
    Column("RUNS AGAIN AS", text_of("resultJobId")),
    Column("CODE", text_of("code")),
    Column("WHY", text_of("detail")),
)
