"""The same as `saving`, in one plain statement each, for a result that comes first: its piece is empty.

Where it is not, or somebody has locked the row, a statement returns nothing, and whoever sent it undoes what
it did. A test compares the tables with what the models write.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache

from lodestone.ids import new_id
from lodestone.wire import JsonObject
from pydantic_core import to_json
from sqlalchemy.dialects import postgresql

from lodestone_gateway.job_types.product import EndedJob, Piece, PlainStatement
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow

_POSTGRES = postgresql.dialect()  # type: ignore[no-untyped-call]
_OF_JOB = {"job_id": "uuid", "user_id": "uuid", "time": "timestamptz"}


def plainly_to_lead_magnet(piece: Piece, job: EndedJob, result: JsonObject, time: datetime) -> PlainStatement:
    """Writes the piece's columns, where they are empty."""
    columns = piece.of_result(result)
    statement = _into_columns(piece.job_column, tuple(columns), piece.columns)
    return statement, (_document(job, time, columns),)


def plainly_to_brand_kit(job: EndedJob, result: JsonObject, time: datetime) -> PlainStatement:
    """Keeps the ideas in a brand kit that is there."""
    return _INTO_BRAND_KIT, (_document(job, time, {"result": result}),)


def plainly_to_emails(piece: Piece, job: EndedJob, result: JsonObject, time: datetime) -> PlainStatement:
    """Writes the emails of a lead magnet that has none, as a draft."""
    columns = {
        "id": new_id(),
        "emails": result["emails"],
        "used_fallback": result["usedFallback"],
        "fallback_reason": result.get("fallbackReason"),
    }
    return _into_emails(piece.job_column), (_document(job, time, columns),)


def _document(job: EndedJob, time: datetime, columns: JsonObject) -> bytes:
    return to_json({"job_id": job.id, "user_id": job.user_id, "time": time, **columns})


def _new(columns: dict[str, str]) -> str:
    """The statement's document as one row."""
    typed = ", ".join(f"{name} {type}" for name, type in (_OF_JOB | columns).items())
    return f"new AS MATERIALIZED (SELECT * FROM jsonb_to_record($1::jsonb) AS new ({typed}))"  # noqa: S608


def _lead_magnet(texts: Collection[str]) -> str:
    """The lead magnet of the job, locked, if these columns of it are empty."""
    is_first = "".join(f" AND magnet.{name} IS NULL" for name in texts)
    return f"""here AS MATERIALIZED (
        SELECT magnet.id FROM new JOIN background_jobs AS job ON job.id = new.job_id
        JOIN lead_magnets AS magnet ON magnet.id = job.lead_magnet_id
        WHERE magnet.user_id = new.user_id{is_first}
        FOR NO KEY UPDATE OF magnet SKIP LOCKED)"""  # noqa: S608


def _write_part(job_column: str, columns: Sequence[str]) -> str:
    values = "".join(f"{name} = new.{name}, " for name in columns)
    return f"""
        UPDATE lead_magnets AS magnet SET {values}{job_column} = new.job_id,
            version = magnet.version + 1, updated_at = new.time
        FROM new, here WHERE magnet.id = here.id RETURNING magnet.id"""  # noqa: S608


@lru_cache
def _into_columns(job_column: str, columns: tuple[str, ...], texts: tuple[str, ...]) -> str:
    types = {name: _sql_type(name) for name in columns}
    return f"WITH {_new(types)}, {_lead_magnet(texts)} {_write_part(job_column, columns)}"


@lru_cache
def _into_emails(job_column: str) -> str:
    types = {"id": "uuid", "emails": "jsonb", "used_fallback": "boolean", "fallback_reason": "text"}
    return f"""
        WITH {_new(types)}, {_lead_magnet(())}, magnet AS ({_write_part(job_column, ())})
        INSERT INTO email_sequences
            (lead_magnet_id, user_id, {", ".join(types)}, status, updated_at)
        SELECT magnet.id, new.user_id, {", ".join(f"new.{name}" for name in types)}, 'draft', new.time
        FROM new, magnet ON CONFLICT (lead_magnet_id) DO NOTHING RETURNING id"""  # noqa: S608


def _sql_type(name: str) -> str:
    """Of a column of lead magnets."""
    column = LeadMagnetRow.__table__.c[name]  # type: ignore[attr-defined]
    return str(column.type.compile(dialect=_POSTGRES))


_INTO_BRAND_KIT = f"""
    WITH {_new({"result": "jsonb"})}, here AS MATERIALIZED (
        SELECT kit.id FROM new JOIN brand_kits AS kit USING (user_id) FOR NO KEY UPDATE OF kit SKIP LOCKED)
    UPDATE brand_kits AS kit SET saved_ideation_result = new.result, ideation_generated_at = new.time
    FROM new, here WHERE kit.id = here.id RETURNING kit.id"""  # noqa: S608
