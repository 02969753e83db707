"""The cause of an error decides whether one piece of work is put aside or everything is retried."""

import psycopg
import pytest
from lodestone_gateway.store.faults import Fault, fault_of
from psycopg import errors
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout


def raised(error: psycopg.Error) -> DBAPIError:
    return DBAPIError("SELECT 1", {}, error)


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (raised(errors.SerializationFailure()), Fault.DATABASE),
        (raised(errors.DeadlockDetected()), Fault.DATABASE),
        (raised(errors.AdminShutdown()), Fault.DATABASE),
        (raised(errors.DiskFull()), Fault.DATABASE),
        (raised(errors.TooManyConnections()), Fault.DATABASE),
        (raised(errors.ReadOnlySqlTransaction()), Fault.DATABASE),
        (raised(errors.InvalidPassword()), Fault.DATABASE),
        (raised(psycopg.OperationalError("connection refused")), Fault.DATABASE),
        (PoolTimeout(), Fault.DATABASE),
        (ConnectionResetError(), Fault.DATABASE),
        (raised(errors.LockNotAvailable()), Fault.HELD_UP),
        (raised(errors.QueryCanceled()), Fault.HELD_UP),
        (raised(errors.UndefinedColumn()), Fault.HELD_UP),
        (raised(errors.InsufficientPrivilege()), Fault.HELD_UP),
        (raised(errors.NumericValueOutOfRange()), Fault.WORK),
        (raised(errors.UniqueViolation()), Fault.WORK),
        (raised(errors.ProgramLimitExceeded()), Fault.WORK),
        (raised(errors.RaiseException()), Fault.WORK),
        (raised(psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")), Fault.WORK),
        (KeyError("carousel"), Fault.WORK),
        (RecursionError(), Fault.WORK),
    ],
)
def test_each_error_has_its_fault(error: Exception, fault: Fault) -> None:
    assert fault_of(error) is fault
