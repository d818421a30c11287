"""A fake Microsoft Entra and Graph for each test, behind the certificate of an authority that nothing else trusts."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.directory.fake_graph import FakeGraph, running_graph
from tests.wire.servers import LocalAuthority, certificate_for, local_authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> LocalAuthority:
    return local_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def graph(authority: LocalAuthority, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGraph]:
    """The environment names another bundle of certificates, as it does on many machines."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, "/etc/ssl/certs/ca-certificates.crt")
    with running_graph(authority) as graph:
        yield graph


@dataclass(frozen=True)
class Pair:
    """A private key and its certificate, in PEM."""

    key: str
    certificate: str


@pytest.fixture(scope="session")
def pair() -> Pair:
    return new_pair()


@pytest.fixture(scope="session")
def other_pair() -> Pair:
    return new_pair()


def new_pair() -> Pair:
    key = rsa.generate_private_key(65537, 2048)
    certificate = certificate_for(key.public_key()).sign(key, hashes.SHA256())
    kept = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Pair(kept.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode())
