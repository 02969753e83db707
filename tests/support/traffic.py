"""What each bus user sends and receives, as the server counts it."""

from collections import Counter
from dataclasses import dataclass, field

import httpx2


@dataclass
class Traffic:
    """By user: messages and bytes that the server received from it and sent to it."""

    messages_in: Counter[str] = field(default_factory=Counter)
    messages_out: Counter[str] = field(default_factory=Counter)
    bytes_in: Counter[str] = field(default_factory=Counter)
    bytes_out: Counter[str] = field(default_factory=Counter)


def traffic(http: httpx2.Client, monitoring: str) -> Traffic:
    """Totals of the open connections since they were opened."""
    told = http.get(f"{monitoring}/connz?auth=1&limit=4096").raise_for_status().json()
    found = Traffic()
    for connection in told["connections"]:
        user = connection["authorized_user"]
        found.messages_in[user] += connection["in_msgs"]
        found.messages_out[user] += connection["out_msgs"]
        found.bytes_in[user] += connection["in_bytes"]
        found.bytes_out[user] += connection["out_bytes"]
    return found
