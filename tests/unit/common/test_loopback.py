"""Which hosts are this machine."""

import pytest
from lodestone.loopback import is_loopback


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "gateway.localhost", "127.0.0.1", "127.9.8.7", "::1"]
)
def test_host_is_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["", "0.0.0.1", "::", "10.0.0.1", "notlocalhost", "localhost.example.org", "127.0.0.1.nip.io"]
)
def test_host_may_be_another_machine(host: str) -> None:
    assert not is_loopback(host)
