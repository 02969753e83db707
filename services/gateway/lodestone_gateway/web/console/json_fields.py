"""JSON that an operator typed into a form. Pure."""

import json

from lodestone.errors import InvalidRequest
from lodestone.wire import JsonObject

TOO_DEEP = "It is nested too deeply."


def read_object(field: str, text: str) -> JsonObject:
    """The JSON object in the text. Raises InvalidRequest, which names the field."""
    try:
        value = json.loads(text)
    except RecursionError:
        raise _wrong(field, TOO_DEEP) from None
    except ValueError as error:
        raise _wrong(field, f"Must be JSON: {error}.") from None
    if not isinstance(value, dict):
        raise _wrong(field, "Must be a JSON object.")
    return value


def _wrong(field: str, message: str) -> InvalidRequest:
    return InvalidRequest(errors=[{"field": field, "message": message}])
