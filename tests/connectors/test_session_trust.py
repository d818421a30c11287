"""Whom the session trusts: nothing in the environment, and only the authorities it was given."""

from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from provisioning.connectors.session import Session, new_session
from provisioning.errors import SettingsInvalid, Unreachable
from tests.connectors.servers import answer, http_server, self_signed


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


def test_a_missing_file_of_authorities_is_told(session: Session) -> None:
    session.verify = "/nowhere/ca.pem"

    with pytest.raises(SettingsInvalid, match="trusted certificates"):
        session.get("https://127.0.0.1:1/")
