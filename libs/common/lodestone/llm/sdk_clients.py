"""The SDK's clients: one for some of the calls, because each call makes a client look at all connections."""

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

CALLS_EACH = 50


class SdkClients:
    """Grows and shrinks with the calls that are under way; without any, it keeps one client."""

    def __init__(self, make: "Callable[[], AsyncAnthropic]") -> None:
        self._make = make
        self._clients: list[_Lent] = []

    @contextlib.asynccontextmanager
    async def lend(self) -> "AsyncIterator[AsyncAnthropic]":
        """A client for one call. Full ones are kept full, so that the rest can be closed."""
        lent = next((each for each in self._clients if each.calls < CALLS_EACH), None) or self._add()
        lent.calls += 1
        try:
            yield lent.client
        finally:
            lent.calls -= 1
            if not lent.calls and lent is not self._clients[0]:
                self._clients.remove(lent)
                await lent.client.close()

    async def close(self) -> None:
        """Closes the connections."""
        for lent in self._clients:
            await lent.client.close()

    def _add(self) -> "_Lent":
        self._clients.append(_Lent(self._make()))
        return self._clients[-1]


class _Lent:
    """A client, and how many calls it makes now."""

    def __init__(self, client: "AsyncAnthropic") -> None:
        self.client = client
        self.calls = 0
