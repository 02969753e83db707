"""The buckets of one class of models: one budget for all processes of all services. Pure.

A process takes what its next calls need, and a little more, before it makes them; that is then its own. So
whoever dies loses no more than that, and nobody's view of the others matters. Any level that is not below
zero pays for a whole call and may leave a debt: a call that is larger than a bucket need not wait for ever.
"""

import math
from dataclasses import dataclass, replace

from pydantic import TypeAdapter, ValidationError

from lodestone.llm.amounts import NOTHING, UNLIMITED, Amount, Finite

BURST_SECONDS = 5.0  # a bucket holds what comes in this time; the provider's own may hold no more
SPARE_SHARE = 1 / 8  # of what is left, for whoever takes: so that most calls need not ask
LONGEST_CLOSED_SECONDS = 60.0  # a provider that asks for a longer wait is asked again before it
RAMP_START, RAMP_SECONDS = 0.1, 3.5  # after an outage: the share of the rate at first, and until all of it
ONE_OUTAGE_SECONDS = 15.0  # what comes back within this time is the end of the same outage
AHEAD_SECONDS = 5.0  # a bucket that is further in the future was written by a clock that is wrong
TRUSTED_SHARE = 0.1  # a provider that tells less of the limit in our settings is not believed

_GROWTH = -math.log(RAMP_START) / RAMP_SECONDS
_RAMP_WORTH = (1 - RAMP_START) / _GROWTH  # the ramp's seconds at full speed


@dataclass(frozen=True, slots=True)
class Bucket:
    """What may still be used, and what the provider said. Times are seconds since 1970."""

    at: Finite
    level: Amount = NOTHING
    told: Amount | None = None
    """The limits a minute, as the provider's answers tell them."""
    closed_until: Finite = 0.0
    recovered_at: Finite = 0.0
    """When the provider began to answer again after the last outage."""


@dataclass(frozen=True, slots=True)
class News:
    """What a process learnt since it last took."""

    told: Amount | None = None
    rest: Amount | None = None
    """What the provider said is left."""
    closed_seconds: float = 0.0
    """How long it wants no calls."""
    has_recovered: bool = False
    """It answers again after an outage."""


NO_NEWS = News()


@dataclass(frozen=True, slots=True)
class Taken:
    """The bucket afterwards, and what was given: all that was needed, or nothing and the seconds to wait."""

    bucket: Bucket
    given: Amount | None
    wait_seconds: float = 0.0


def limits_of(bucket: Bucket, wanted: Amount) -> Amount:
    """The limits a minute: the provider's, and never more than our own settings, which are `wanted`."""
    if bucket.told is None:
        return wanted
    least = Amount(*(_trusted(of) for of in (wanted.requests, wanted.input, wanted.output)))
    return bucket.told.at_least(least).at_most(wanted)


def _trusted(limit: float) -> float:
    return limit * TRUSTED_SHARE if limit < UNLIMITED else 1.0


def heard(bucket: Bucket, news: News, now: float) -> Bucket:
    """The bucket after a process's news. The level only ever falls by them."""
    level = bucket.level if news.rest is None else bucket.level.at_most(news.rest)
    closed_until, recovered_at = bucket.closed_until, bucket.recovered_at
    if news.closed_seconds:
        level = level.at_most(NOTHING)
        closed_until = max(closed_until, now + min(news.closed_seconds, LONGEST_CLOSED_SECONDS))
    if news.has_recovered and now - recovered_at > ONE_OUTAGE_SECONDS:
        level, recovered_at = level.at_most(NOTHING), now
    return replace(
        bucket,
        level=level,
        told=news.told or bucket.told,
        closed_until=closed_until,
        recovered_at=recovered_at,
    )


def take(bucket: Bucket, limits: Amount, need: Amount, now: float) -> Taken:
    """Takes all of `need` and something to spare; nothing from a bucket that is in debt, or closed."""
    filled = _filled(bucket, limits, now)
    if now < filled.closed_until:
        return Taken(filled, None, filled.closed_until - now)
    if filled.level.is_owed:
        return Taken(filled, None, (filled.level * -60).most_of(limits))
    left = filled.level - need
    spare = left.at_least(NOTHING) * SPARE_SHARE
    return Taken(replace(filled, level=left - spare), need + spare)


def _filled(bucket: Bucket, limits: Amount, now: float) -> Bucket:
    """Refilled until now. A clock that goes back or differs refills nothing twice: `at` only grows."""
    if bucket.at > now + AHEAD_SECONDS:
        return replace(bucket, at=now, closed_until=0.0, recovered_at=0.0)
    since, until = bucket.at - bucket.recovered_at, max(now, bucket.at) - bucket.recovered_at
    come = limits * ((_worth(until) - _worth(since)) / 60)
    level = (bucket.level.at_least(limits * -1) + come).at_most(limits * (BURST_SECONDS / 60))
    return replace(
        bucket,
        at=max(now, bucket.at),
        level=level,
        closed_until=min(bucket.closed_until, now + LONGEST_CLOSED_SECONDS),
    )


def _worth(seconds: float) -> float:
    """Seconds after an outage as seconds at full speed: the first ones count little, the later ones more."""
    if seconds >= RAMP_SECONDS:
        return _RAMP_WORTH + seconds - RAMP_SECONDS
    return RAMP_START * (math.exp(_GROWTH * max(seconds, 0.0)) - 1) / _GROWTH


_JSON = TypeAdapter(Bucket)


def as_json(bucket: Bucket) -> bytes:
    """The bucket as it is kept."""
    return _JSON.dump_json(bucket)


def from_json(text: bytes, now: float) -> Bucket:
    """The bucket that was kept. One that was never kept, or is unreadable, is empty and fills from now on."""
    try:
        return _JSON.validate_json(text)
    except ValidationError:
        return Bucket(now)
