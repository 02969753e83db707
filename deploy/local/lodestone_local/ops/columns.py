"""The columns of each table."""

from lodestone_local.ops.tables import Column, dollars_of, text_of, time_of

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
AUDIT = (
    Column("AT", time_of("at")),
    Column("BY", lambda row: row["operatorId"] or row["loginName"]),
    Column("ACTION", text_of("action")),
    Column("ON", lambda row: " ".join(filter(None, (row["targetKind"], row["targetId"])))),
    Column("USER", text_of("userId")),
    Column("OUTCOME", text_of("outcome")),
    Column("DETAILS", lambda row: ", ".join(f"{name} {each}" for name, each in row["details"].items())),
)
