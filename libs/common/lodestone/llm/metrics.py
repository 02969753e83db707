"""What calls cost and how long they take, for operators."""

from prometheus_client import Counter, Histogram

from lodestone.llm.ledger import CallResult

_calls = Counter("lodestone_llm_calls_total", "Provider calls", ["job_type", "model", "outcome"])
_tokens = Counter("lodestone_llm_tokens_total", "Tokens used", ["job_type", "model", "kind"])
_cost = Counter("lodestone_llm_cost_usd_total", "US dollars paid", ["job_type", "model", "outcome"])
_seconds = Histogram(
    "lodestone_llm_call_seconds",
    "Duration of provider calls",
    ["job_type", "model"],
    buckets=(0.5, 1, 2, 5, 10, 20, 40, 80, 160, 240),
)


def record(job_type: str, model: str, result: CallResult, seconds: float) -> None:
    """Counts a call that is over."""
    _calls.labels(job_type, model, result.outcome).inc()
    _cost.labels(job_type, model, result.outcome).inc(float(result.cost_usd))
    _seconds.labels(job_type, model).observe(seconds)
    for kind, count in (
        ("input", result.input_tokens),
        ("output", result.output_tokens),
        ("cache_read", result.cache_read_tokens),
        ("cache_write", result.cache_write_tokens),
    ):
        _tokens.labels(job_type, model, kind).inc(count)
