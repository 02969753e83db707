"""The provider metrics that the SDK's spans do not give, named by the gen_ai conventions.

Cost and totals are the projector's: it counts each settled call once, even across restarts.
"""

from prometheus_client import Histogram

from lodestone.llm.ledger import CallResult

_LABELS = ["lodestone_job_type", "gen_ai_request_model"]
_tokens = Histogram(
    "gen_ai_client_token_usage",
    "Tokens of one provider call",
    [*_LABELS, "gen_ai_token_type"],
    buckets=[4.0**power for power in range(10)],
)
_seconds = Histogram(
    "gen_ai_client_operation_duration_seconds",
    "Duration of one provider call",
    [*_LABELS, "outcome"],
    buckets=(0.5, 1, 2, 5, 10, 20, 40, 80, 160, 240),
)


def record(job_type: str, model: str, result: CallResult, seconds: float) -> None:
    """Records a call that is over."""
    _seconds.labels(job_type, model, result.outcome.value).observe(seconds)
    _tokens.labels(job_type, model, "input").observe(result.input_tokens)
    _tokens.labels(job_type, model, "output").observe(result.output_tokens)
