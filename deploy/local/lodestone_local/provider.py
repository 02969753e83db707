"""Which AI provider the services call: the real one, or the simulator."""

from collections.abc import Mapping

KEYS = ("ANTHROPIC_API_KEY", "LODESTONE_ANTHROPIC_API_KEY")
VARIABLES = ("ANTHROPIC_", "LODESTONE_ANTHROPIC_")


def has_provider_key(env: Mapping[str, str]) -> bool:
    """Can the real provider be called?"""
    return any(env.get(name, "").strip() for name in KEYS)


def provider_url(env: Mapping[str, str]) -> str:
    """Where the provider is."""
    return (env.get("LODESTONE_ANTHROPIC_BASE_URL") or "https://api.anthropic.com").strip().rstrip("/")


def without_proxy(env: Mapping[str, str]) -> dict[str, str]:
    """NO_PROXY that also covers this machine."""
    kept = env.get("no_proxy") or env.get("NO_PROXY") or ""
    named = ",".join(dict.fromkeys([*filter(None, kept.split(",")), "127.0.0.1", "localhost"]))
    return {"no_proxy": named, "NO_PROXY": named}


def with_simulator(env: Mapping[str, str], url: str) -> dict[str, str]:
    """The environment of services that call only the simulator at this URL."""
    kept = {name: value for name, value in env.items() if not name.startswith(VARIABLES)}
    return kept | {
        "LODESTONE_ANTHROPIC_BASE_URL": url,
        "LODESTONE_ANTHROPIC_API_KEY": "simulator",
        "LODESTONE_SIMULATOR": "true",
    }
