"""What a job's calls cost, read from its log: what is paid, what may come, what nobody settled. Pure."""

import json
import math
from decimal import Decimal

from lodestone.events import JobCallFinished, JobCallStarted, JobProgress, Outcome
from lodestone.job_log import JobLog

CHARACTERS_PER_TOKEN = 4  # rule of thumb for calls that ended before the provider counted


def estimate_tokens(text_length: int) -> int:
    """About how many tokens a text of so many characters has."""
    return math.ceil(text_length / CHARACTERS_PER_TOKEN)


def is_affordable(log: JobLog, max_cost_usd: Decimal, budget_usd: Decimal) -> bool:
    """Whether one more call fits into the job's budget, each open call counted at the most it may cost."""
    may_come = sum((call.max_cost_usd or Decimal(0) for call in log.open_calls.values()), Decimal(0))
    return log.usage.cost_usd + may_come + max_cost_usd <= budget_usd


def write_off(log: JobLog, call: JobCallStarted) -> JobCallFinished:
    """The settlement of an open call whose worker is gone: wasted, and estimated from what the log holds.

    The prompt was sent; of the answer, that much was written as the attempt's items show beyond its settled
    calls, an even share for each call that is still open.
    """
    open_calls = [other for other in log.open_calls.values() if other.attempt == call.attempt]
    unpaid = _written(log, call.attempt) - _paid_for(log, call.attempt)
    output = min(max(unpaid, 0) // max(len(open_calls), 1), call.max_tokens)
    return JobCallFinished(
        **call.of_job(call.attempt),
        call_id=call.call_id,
        input_tokens=call.input_tokens or 0,
        output_tokens=output,
        cost_usd=_cost(call, output),
        outcome=Outcome.WASTED,
        estimated=True,
    )


def _written(log: JobLog, attempt: int) -> int:
    """Tokens of the items that the attempt finished; those that a retried job handed down cost nothing."""
    inherited = {kept.item_key for kept in (log.requested.kept if log.requested else None) or []}
    items = {
        event.item_key: event.item
        for event in log.events
        if isinstance(event, JobProgress) and event.item and event.attempt == attempt
    }
    texts = [json.dumps(item, ensure_ascii=False) for key, item in items.items() if key not in inherited]
    return estimate_tokens(sum(len(text) for text in texts))


def _paid_for(log: JobLog, attempt: int) -> int:
    settled = log.settled_calls.values()
    return sum(call.output_tokens for call in settled if call.attempt == attempt)


def _cost(call: JobCallStarted, output_tokens: int) -> Decimal:
    if call.input_cost_usd is None or call.max_cost_usd is None or not call.max_tokens:
        return Decimal(0)  # begun by an older version of a service
    each = (call.max_cost_usd - call.input_cost_usd) / call.max_tokens
    return call.input_cost_usd + each * output_tokens
