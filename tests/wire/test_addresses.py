"""Which addresses may be connected to, by the rules and over real connections."""

import io
import socket
import time
from http.server import BaseHTTPRequestHandler
from typing import Any, cast

import pytest

from provisioning.errors import SettingsInvalid, Unreachable
from provisioning.wire.addresses import AddressRules, UntilDeadline
from provisioning.wire.session import new_session
from tests.wire.servers import answer, http_server

PUBLIC = ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"]
PRIVATE = ["10.0.0.1", "172.16.3.4", "192.168.1.1", "100.64.0.1", "fd12:3456::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"]
LOOPBACK = ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]
NEVER = [
    "169.254.169.254",
    "169.254.1.1",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "fe80::1",
    "fe80::1%1",
    "fec0::1",
    "fd00:ec2::254",
    "fd20:ce::254",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "2001:0:53aa:64c:0:0:5601:5601",
    "0.0.0.0",
    "::",
    "224.0.0.1",
    "ff02::1",
    "240.0.0.1",
    "255.255.255.255",
]


@pytest.mark.parametrize("address", PUBLIC)
@pytest.mark.parametrize("allow_private", [True, False])
def test_public_addresses_need_tls_and_nothing_else(address: str, allow_private: bool) -> None:
    rules = AddressRules(allow_private)

    assert rules.allow(address, secure=True)
    assert not rules.allow(address, secure=False)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_networks_need_to_be_allowed_and_tls(address: str) -> None:
    assert AddressRules(allow_private=True).allow(address, secure=True)
    assert not AddressRules(allow_private=True).allow(address, secure=False)
    assert not AddressRules().allow(address, secure=True)


@pytest.mark.parametrize("address", LOOPBACK)
def test_this_machine_needs_to_be_allowed_and_then_takes_plain_http(address: str) -> None:
    assert AddressRules(allow_private=True).allow(address, secure=False)
    assert AddressRules(allow_private=True).allow(address, secure=True)
    assert not AddressRules().allow(address, secure=True)
    assert not AddressRules().allow(address, secure=False)


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_allowed(address: str) -> None:
    assert not AddressRules(allow_private=True).allow(address, secure=True)
    assert not AddressRules(allow_private=True).allow(address, secure=False)


def test_bytes_that_are_there_are_not_read_after_the_deadline() -> None:
    here, there = socket.socketpair()
    with here, there:
        there.sendall(b"too late")
        here.settimeout(0.001)
        reader = UntilDeadline(cast(io.RawIOBase, here.makefile("rb", buffering=0)), here)
        time.sleep(0.01)

        with pytest.raises(TimeoutError):
            reader.readinto(bytearray(8))
        reader.close()


# --- over connections


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """A name service: name to its addresses. Each look-up takes the next address when there are several turns."""
    known: dict[str, list[str]] = {}
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in known:
            return real(host, *args, **kwargs)
        found = [each for address in known[host][0].split() for each in real(address, *args, **kwargs)]
        if len(known[host]) > 1:
            known[host].pop(0)
        return found

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known


def test_a_name_is_judged_by_where_it_leads(names: dict[str, list[str]]) -> None:
    names["metadata.contoso.example"] = ["169.254.169.254"]

    with pytest.raises(SettingsInvalid, match=r"leads to 169\.254\.169\.254"):
        new_session(timeout=1, allow_private=True).get("https://metadata.contoso.example/latest/meta-data/")


def test_a_name_that_leads_inside_is_refused_by_default(names: dict[str, list[str]]) -> None:
    names["app.contoso.example"] = ["127.0.0.1"]
    asked = []

    def answering(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        answer(handler)

    with http_server(answering) as url:
        port = url.rpartition(":")[2]
        for scheme in ("http", "https"):
            with pytest.raises(SettingsInvalid):
                new_session(timeout=1).get(f"{scheme}://app.contoso.example:{port}/")

    assert asked == []


def test_plain_http_to_elsewhere_is_refused_with_the_reason(names: dict[str, list[str]]) -> None:
    names["app.contoso.example"] = ["93.184.215.14"]

    with pytest.raises(SettingsInvalid, match="must be reached with https"):
        new_session(timeout=1, allow_private=True).get("http://app.contoso.example/")


def test_a_name_that_changes_its_mind_is_judged_at_the_connection(names: dict[str, list[str]]) -> None:
    """DNS rebinding: a good address for whoever checks the name, a bad one for whoever connects."""
    names["app.contoso.example"] = ["127.0.0.1", "169.254.169.254"]
    session = new_session(timeout=1, allow_private=True)

    with http_server(lambda handler: answer(handler, Connection="close")) as url:
        port = url.rpartition(":")[2]
        address = f"http://app.contoso.example:{port}/"
        assert session.get(address).status_code == 200
        with pytest.raises(SettingsInvalid, match=r"169\.254"):
            session.get(address)


def test_of_several_addresses_only_the_allowed_ones_are_tried(names: dict[str, list[str]]) -> None:
    names["app.contoso.example"] = ["169.254.169.254 127.0.0.1"]

    with http_server(answer) as url:
        port = url.rpartition(":")[2]
        session = new_session(timeout=5, allow_private=True)
        assert session.get(f"http://app.contoso.example:{port}/").status_code == 200


def test_the_next_address_is_tried_when_one_refuses(names: dict[str, list[str]]) -> None:
    names["app.contoso.example"] = ["127.9.9.9 127.0.0.1", "127.9.9.9"]

    with http_server(lambda handler: answer(handler, Connection="close")) as url:
        port = url.rpartition(":")[2]
        address = f"http://app.contoso.example:{port}/"
        session = new_session(timeout=5, allow_private=True)
        assert session.get(address).status_code == 200
        with pytest.raises(Unreachable, match="Connection refused"):
            session.get(address)
