"""A lead magnet's text in the strict shape of a result, although its owner may have emptied parts. Pure."""

from copy import deepcopy
from typing import Any

from lodestone.errors import InvalidRequest
from lodestone.jobs.job_type import JobType
from lodestone.wire import JsonObject
from pydantic import ValidationError


def fitted(kind: JobType, whole: JsonObject, earlier: JsonObject) -> JsonObject:
    """The whole; what a result may not lack is as in the earlier result.

    It goes into the result of a job that makes one part, and never back into the lead magnet. Raises
    InvalidRequest where the earlier result lacks it, too.
    """
    try:
        kind.result.model_validate(whole)
    except ValidationError as error:
        whole = deepcopy(whole)
        for problem in error.errors(include_url=False, include_context=False):
            _take(whole, earlier, problem["loc"])
    else:
        return whole
    try:
        kind.result.model_validate(whole)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        message = f"Complete the rest first, or make all of it again: {place}: {first['msg']}."
        raise InvalidRequest(errors=[{"field": "part", "message": message}]) from None
    return whole


def _take(whole: Any, earlier: Any, place: tuple[int | str, ...]) -> None:
    """Puts what the earlier result has at a place there, if it has something."""
    *way, last = place
    try:
        for step in way:
            whole, earlier = whole[step], earlier[step]
        whole[last] = earlier[last]
    except (KeyError, IndexError, TypeError):
        return
