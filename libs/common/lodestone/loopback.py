"""Whether a host is this machine itself."""

import ipaddress


def is_loopback(host: str) -> bool:
    """By address (without brackets) or by a reserved name (RFC 6761); looks up no name."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        name = host.lower()
        return name == "localhost" or name.endswith(".localhost")
