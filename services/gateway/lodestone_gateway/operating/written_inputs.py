"""The input of a job as an operator wrote it, checked as its type's own route checks it."""

from lodestone.errors import InvalidRequest
from lodestone.jobs.job_type import JobType
from lodestone.wire import JsonObject, WireModel
from pydantic import ValidationError

from lodestone_gateway.fields import check_storable
from lodestone_gateway.problems import advice


def read_input(kind: JobType, written: JsonObject | None, prefix: str = "") -> WireModel:
    """The input; `prefix` stands before the names of wrong fields. Raises InvalidRequest with these."""
    try:
        model = kind.input.model_validate(written)
    except ValidationError as error:
        errors = [
            {"field": f"{prefix}{'.'.join(map(str, each['loc']))}", "message": advice(each)}
            for each in error.errors()
        ]
        raise InvalidRequest(errors=errors) from None
    check_storable(model.to_wire(), prefix)
    return model
