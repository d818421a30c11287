"""Whom the session trusts: nothing in the environment, and only the authorities it was given."""

from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import cast

import pytest
from requests.adapters import HTTPAdapter

from provisioning.errors import SettingsInvalid, Unreachable
from provisioning.wire.session import Session, new_session
from tests.wire.servers import LocalAuthority, answer, http_server, local_authority, self_signed


@pytest.fixture
def session() -> Session:
    return new_session(timeout=5, allow_private=True)


def test_proxies_in_the_environment_are_ignored(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    with http_server(answer) as url:
        assert session.get(url).status_code == 200


def test_netrc_is_ignored(session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login ada password geheim")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    seen = []

    def answering(handler: BaseHTTPRequestHandler) -> None:
        seen.append(handler.headers.get("Authorization"))
        answer(handler)

    with http_server(answering) as url:
        session.get(url)

    assert seen == [None]


CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


def test_a_certificate_of_an_unknown_authority_is_refused_whatever_the_environment_says(
    session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    certificate = self_signed(tmp_path / "server.pem")
    for name in CA_VARIABLES:
        monkeypatch.setenv(name, str(certificate))

    with (
        http_server(answer, certificate) as url,
        pytest.raises(Unreachable, match=r"No secure connection.*certificate"),
    ):
        session.get(url)


def test_a_certificate_of_the_named_authority_is_accepted_whatever_the_environment_says(
    session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    certificate = self_signed(tmp_path / "server.pem")
    other = self_signed(tmp_path / "other.pem")
    for name in CA_VARIABLES:
        monkeypatch.setenv(name, str(other))
    session.verify = str(certificate)

    with http_server(answer, certificate) as url:
        assert session.get(url).status_code == 200


def test_a_certificate_for_another_name_is_refused(session: Session, tmp_path: Path) -> None:
    certificate = self_signed(tmp_path / "server.pem")
    session.verify = str(certificate)

    with http_server(answer, certificate) as url, pytest.raises(Unreachable, match="No secure connection"):
        session.get(url.replace("127.0.0.1", "localhost"))


@pytest.fixture
def authority(tmp_path: Path) -> LocalAuthority:
    return local_authority(tmp_path)


def test_an_authority_may_be_given_as_text_and_is_the_only_one_then(
    session: Session, authority: LocalAuthority
) -> None:
    session.trust(authority.certificate.read_text())

    with http_server(answer, authority.server) as url:
        assert session.get(url).status_code == 200
        assert session.get(url).status_code == 200
    context = cast(HTTPAdapter, session.get_adapter(url)).poolmanager.connection_pool_kw["ssl_context"]
    assert context.cert_store_stats()["x509_ca"] == 1
    with http_server(answer, self_signed(authority.server.parent / "other.pem")) as url, pytest.raises(Unreachable):
        session.get(url)


def test_trusting_another_authority_ends_the_trust_in_the_one_before(
    session: Session, authority: LocalAuthority, tmp_path: Path
) -> None:
    other = self_signed(tmp_path / "other.pem").read_text()
    session.trust(authority.certificate.read_text())

    with http_server(answer, authority.server) as url:
        session.get(url)
        session.trust(other[: other.index("-----BEGIN PRIVATE")])
        with pytest.raises(Unreachable, match="No secure connection"):
            session.get(url)


def test_a_given_authority_still_has_to_name_the_host(session: Session, authority: LocalAuthority) -> None:
    session.trust(authority.certificate.read_text())

    with http_server(answer, authority.server) as url, pytest.raises(Unreachable, match="No secure connection"):
        session.get(url.replace("127.0.0.1", "localhost"))


@pytest.mark.parametrize("text", ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----"])
def test_authorities_that_can_not_be_read_are_told(session: Session, text: str) -> None:
    with pytest.raises(SettingsInvalid, match="trusted certificates"):
        session.trust(text)


def test_a_missing_file_of_authorities_is_told(session: Session) -> None:
    session.verify = "/nowhere/ca.pem"

    with pytest.raises(SettingsInvalid, match="trusted certificates"):
        session.get("https://127.0.0.1:1/")
