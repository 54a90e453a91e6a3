"""Host names -> network addresses that anybody may reach; never those of this machine or house."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable

from index.errors import LibraryError

Lookup = Callable[[str, int], list[str]]
"""Host and port -> the addresses that the name service gives."""

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""IPv4 addresses as seen through NAT64: the last four bytes count."""


def look_up(host: str, port: int) -> list[str]:
    """Ask the system's name service. Raises LibraryError for a name that it does not know."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, ValueError) as error:
        raise LibraryError(
            f"There is no host {host}, or no connection to ask. Check the address and the network."
        ) from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def public_address(host: str, port: int, *, look_up: Lookup = look_up) -> str:
    """One address of `host`, to be connected to as it is: asked again, the name may say another.

    Raises LibraryError unless every address of the name is public.
    """
    addresses = look_up(host, port)
    if not addresses or not all(is_public(address) for address in addresses):
        raise LibraryError(
            f"{host} is an address within this machine's own network. Storychat fetches public "
            "pages only; save the page and add the file."
        )
    return addresses[0]


def is_public(address: str) -> bool:
    """True if the whole internet can route to this address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip in _TRANSLATED:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)))
        # Tunnels carry an IPv4 address of the sender's choice.
        if ip.sixtofour is not None or ip.teredo is not None or ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not ip.is_unspecified
