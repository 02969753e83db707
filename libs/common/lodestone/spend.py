"""What a job's calls cost, read from its log: what is paid, what open calls may cost, and write-offs. Pure.

All amounts are exact US dollars, all counts are tokens. A worker asks `is_affordable` before each call; the
settler writes calls of dead workers off.
"""

import json
import math
from decimal import Decimal

from lodestone.events import JobCallFinished, JobCallStarted, JobProgress, Outcome
from lodestone.job_log import JobLog

CHARACTERS_PER_TOKEN = 4  # a rule of thumb, for calls that ended before the provider counted


def estimate_tokens(text_length: int) -> int:
    """The approximate tokens of a text of `text_length` characters, rounded up."""
    return math.ceil(text_length / CHARACTERS_PER_TOKEN)


def is_affordable(log: JobLog, max_cost_usd: Decimal, budget_usd: Decimal) -> bool:
    """Whether one more call of at most `max_cost_usd` fits into the job's budget.

    Settled calls count at what they cost, open ones at the most they may cost; a call whose service did not
    say that counts as 0.
    """
    may_come = sum((call.max_cost_usd or Decimal(0) for call in log.open_calls.values()), Decimal(0))
    return log.usage.cost_usd + may_come + max_cost_usd <= budget_usd


def write_off(log: JobLog, call: JobCallStarted) -> JobCallFinished:
    """The settlement of an open call whose worker is gone: wasted, and estimated from the log.

    The prompt counts as sent in full. The answer counts as the tokens of the attempt's items that no settled
    call paid for, shared evenly among its open calls, and never as more than `maxTokens`.
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
    """Tokens of the items that the attempt finished; items of a retried job cost this one nothing."""
    inherited = {kept.item_key for kept in (log.requested.kept if log.requested else None) or []}
    items = {
        event.item_key: event.item
        for event in log.events
        if isinstance(event, JobProgress) and event.item and event.attempt == attempt
    }
    texts = [json.dumps(item, ensure_ascii=False) for key, item in items.items() if key not in inherited]
    return estimate_tokens(sum(len(text) for text in texts))


def _paid_for(log: JobLog, attempt: int) -> int:
    """Output tokens of the attempt's settled calls."""
    settled = log.settled_calls.values()
    return sum(call.output_tokens for call in settled if call.attempt == attempt)


def _cost(call: JobCallStarted, output_tokens: int) -> Decimal:
    """US dollars for the prompt and that much of the answer; 0 where the service announced no prices."""
    if call.input_cost_usd is None or call.max_cost_usd is None or not call.max_tokens:
        return Decimal(0)
    each = (call.max_cost_usd - call.input_cost_usd) / call.max_tokens
    return call.input_cost_usd + each * output_tokens
