"""What processes must have in common."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from lodestone_local.configured.process import MIGRATE, Configured
from lodestone_local.configured.rules import SERVICES

OF_ALL = {"LODESTONE_PUBLIC_URL": "the gateway is at one address"}
OF_SERVICES = {"LODESTONE_PROVIDER_LIMITS": "services keep the provider's limits together"}

OF_STREAMS = {"LODESTONE_STREAM_REPLICAS": "a lost stream has to be made again as it was"}


def differences(processes: Sequence[Configured]) -> Iterator[str]:
    """Settings that differ where they may not, in sentences."""
    services = [each for each in processes if each.process in SERVICES]
    yield from _differing(OF_SERVICES, services)
    yield from _differing(OF_STREAMS, [each for each in processes if each.process in (MIGRATE, "projector")])
    yield from _differing(OF_ALL, [each for each in processes if each.process != MIGRATE])


def _differing(settings: dict[str, str], processes: Sequence[Configured]) -> Iterator[str]:
    for name, reason in settings.items():
        by_value: dict[str, list[str]] = defaultdict(list)
        for each in processes:
            by_value[each.env.get(name, "").strip()].append(each.process)
        if len(by_value) > 1:
            sets = (f"{', '.join(sorted(set(who)))}: {value or 'unset'}" for value, who in by_value.items())
            yield f"{name} differs, but {reason}. {'; '.join(sets)}."
