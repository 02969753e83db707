"""What a call will probably use: as the last calls of its kind did. Pure.

`max_tokens` says what a call may write at most, which is often many times what it writes: reserved in full,
large limits would block an empty bucket. What an estimate misses is corrected when the call is over.
"""

from dataclasses import dataclass

from lodestone.llm.amounts import Amount

FIRST_OUTPUT = 1_000.0  # tokens of a call of a kind that was never made here
WEIGHT = 0.2  # of the newest call in the mean


@dataclass(frozen=True)
class Kind:
    """Calls that probably use alike."""

    job_type: str
    model: str
    max_tokens: int


@dataclass
class _Mean:
    input_share: float = 1.0  # of the prompt's estimate: less where the provider reads it from its cache
    output: float = FIRST_OUTPUT


class Estimates:
    """The means of one process, by kind of call."""

    def __init__(self) -> None:
        self._means: dict[Kind, _Mean] = {}

    def of(self, kind: Kind, prompt_tokens: int) -> Amount:
        """What a call with a prompt of about that many tokens will use."""
        mean = self._means.get(kind, _Mean())
        return Amount(1, prompt_tokens * mean.input_share, min(mean.output, kind.max_tokens))

    def learn(self, kind: Kind, prompt_tokens: int, used: Amount) -> None:
        """Takes a call in whose use the provider told."""
        mean = self._means.setdefault(kind, _Mean())
        mean.input_share += WEIGHT * (used.input / max(prompt_tokens, 1) - mean.input_share)
        mean.output += WEIGHT * (used.output - mean.output)
