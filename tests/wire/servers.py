"""Tiny real HTTP servers in threads, for what only a real connection shows."""

import contextlib
import datetime
import http.server
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

Answering = Callable[[http.server.BaseHTTPRequestHandler], None]
Talking = Callable[[socket.socket], None]

HERE = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
SIGNS_CERTIFICATES = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


@contextlib.contextmanager
def http_server(answering: Answering, certificate: Path | None = None) -> Iterator[str]:
    """Answer every request with this function; gives the address. With a certificate (and its key) it is https."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                super().handle_one_request()

        def do_GET(self) -> None:
            self.sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answering(self)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, *args: object) -> None:
            """A client that leaves, or does not trust us, is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    scheme = "http"
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"{scheme}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextlib.contextmanager
def raw_server(talking: Talking) -> Iterator[str]:
    """Accept connections and hand each socket, after a request came, to this function; it is closed afterwards."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.recv(65536)
                talking(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def answer(handler: http.server.BaseHTTPRequestHandler, body: bytes = b"{}", status: int = 200, **headers: str) -> None:
    """Send one answer; `_` in a header's name is a hyphen."""
    handler.send_response(status)
    for name, value in {"Content_Type": "application/json", "Content_Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def self_signed(path: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, in one file; it is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        certificate_for(key.public_key())
        .add_extension(HERE, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + _kept(key))
    return path


@dataclass(frozen=True)
class LocalAuthority:
    """A certificate authority of a test: its certificate, and one for 127.0.0.1 that it signed, with the key."""

    certificate: Path
    server: Path


def local_authority(folder: Path) -> LocalAuthority:
    """An authority that nothing trusts unless it is told to."""
    key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = (
        certificate_for(key.public_key(), "Test authority")
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(SIGNS_CERTIFICATES, critical=True)
        .sign(key, hashes.SHA256())
    )
    server = (
        certificate_for(server_key.public_key(), by="Test authority")
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .add_extension(HERE, critical=False)
        .sign(key, hashes.SHA256())
    )
    made = LocalAuthority(folder / "authority.pem", folder / "server.pem")
    made.certificate.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    made.server.write_bytes(server.public_bytes(serialization.Encoding.PEM) + _kept(server_key))
    return made


def certificate_for(
    key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey, name: str = "localhost", by: str = ""
) -> x509.CertificateBuilder:
    """A certificate to be signed, good for two days; `by` is the name of who signs it, empty for itself."""
    subject, issuer = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, by or name))
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
    )


def _kept(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
