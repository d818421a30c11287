"""Which network addresses a target may have, checked when the connection is made and not when the name was typed."""

import http.client
import io
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, cast

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import allowed_gai_family, create_connection

from provisioning.errors import SettingsInvalid
from provisioning.texts import gettext_noop, say

IpAddress = IPv4Address | IPv6Address

# Where clouds tell a machine its own secrets. Most are link-local; these are not.
METADATA = frozenset(
    ip_address(text) for text in ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254")
)
NAT64 = ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class AddressRules:
    """Public addresses always, loopback and private networks when allowed, link-local and metadata never."""

    allow_private: bool = False

    def allow(self, text: str, *, secure: bool) -> bool:
        """Whether this IP address may be connected to. Without TLS it must be this very machine."""
        address = _innermost(ip_address(text))
        if address.is_loopback:
            return self.allow_private
        if not secure or address in METADATA or _is_no_host(address):
            return False
        return self.allow_private or address.is_global


def _innermost(address: IpAddress) -> IpAddress:
    """The IPv4 address that an IPv6 address leads to, if it is only a wrapping of one."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _is_no_host(address: IpAddress) -> bool:
    if isinstance(address, IPv6Address) and (address.teredo or address.is_site_local):
        return True
    return address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved


class UntilDeadline(io.RawIOBase):
    """A socket's bytes until one moment. A plain read timeout begins anew with each byte that drips in."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw = raw
        self._sock = sock
        self._deadline = time.monotonic() + (sock.gettimeout() or 0.0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("The answer was not complete in time.")
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    """An answer whose headers and body together must come within the read timeout."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(UntilDeadline(self.fp.detach(), sock))


def _open(connection: HTTPConnection, rules: AddressRules, *, secure: bool) -> socket.socket:
    """Resolve once, keep the allowed addresses and connect to exactly those: a second look-up can't differ."""
    host, port = connection.host, connection.port
    addresses = _resolve(connection)
    allowed = [each for each in addresses if rules.allow(each, secure=secure)]
    if not allowed:
        raise _refusal(host, addresses, secure=secure)
    deadline = time.monotonic() + cast(float, connection.timeout)  # for all addresses together; a session has one
    failure: OSError = OSError("no address")
    for address in allowed:
        left = max(deadline - time.monotonic(), 0.001)
        try:
            return create_connection((address, port or 443), left, socket_options=connection.socket_options)
        except OSError as error:
            failure = error
    if isinstance(failure, TimeoutError):
        raise ConnectTimeoutError(connection, f"Connection to {host} timed out") from failure
    raise NewConnectionError(connection, str(failure)) from failure


def _resolve(connection: HTTPConnection) -> Sequence[str]:
    host = connection.host.strip("[]")
    try:
        found = socket.getaddrinfo(host, connection.port, allowed_gai_family(), socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        cause = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
        raise NameResolutionError(connection.host, connection, cause) from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _refusal(host: str, addresses: Sequence[str], *, secure: bool) -> SettingsInvalid:
    text = gettext_noop("%(host)s leads to %(addresses)s. The portal does not connect to this kind of address.")
    if not secure:
        text = gettext_noop("%(host)s must be reached with https. It leads to %(addresses)s.")
    return SettingsInvalid(say(text, host=host, addresses=", ".join(addresses)))


class _GuardedConnection(HTTPConnection):
    """Sends the head of a request together with its body: half the system calls, and one packet instead of two."""

    response_class = _TimedResponse
    _held: list[bytes] | None = None

    def __init__(self, *args: Any, rules: AddressRules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = rules

    def request(self, *args: Any, **kwargs: Any) -> None:
        held = self._held = []
        try:
            super().request(*args, **kwargs)
        finally:
            self._held = None
        self.send(b"".join(held))

    def send(self, data: Any) -> None:
        if self._held is None:
            super().send(data)
        else:
            self._held.append(data)


class _PlainConnection(_GuardedConnection):
    def _new_conn(self) -> socket.socket:
        return _open(self, self.rules, secure=False)


class _SecureConnection(_GuardedConnection, HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _open(self, self.rules, secure=True)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


def guarded_pools(rules: AddressRules) -> dict[str, Any]:
    """Pool classes by scheme, for urllib3's PoolManager, whose connections keep the rules."""
    return {"http": partial(_PlainPool, rules=rules), "https": partial(_SecurePool, rules=rules)}
