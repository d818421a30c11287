"""Signing in as a program: with a secret or a certificate, and every way in which it is refused."""

import base64
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from portal.accounts.models.attempt import LIMIT, WINDOW
from provisioning.jobs import api_clients
from tests.api.face import Face
from tests.factories import make_directory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
FORM = "application/x-www-form-urlencoded"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def sign_in(face: Face, tenant: str = "", header: str = "", **fields: str) -> HttpResponse:
    """Asks for a token as msal does; a field given as empty is left out."""
    form = {
        "grant_type": "client_credentials",
        "client_id": str(face.client.client_id),
        "client_secret": face.secret.text,
        "scope": "https://graph.microsoft.com/.default",
        **fields,
    }
    content = "&".join(f"{name}={quote_plus(value)}" for name, value in form.items() if value)
    headers = {"Authorization": header} if header else {}
    address = f"/{tenant or make_directory().tenant_id}/oauth2/v2.0/token"
    response: HttpResponse = Client().post(address, content, content_type=FORM, headers=headers)
    return response


def refusal(response: HttpResponse) -> tuple[int, str, int]:
    body = json.loads(response.content)
    number = body["error_codes"][0]
    assert body["error_description"].startswith(f"AADSTS{number}: ")
    assert body["trace_id"] in body["error_description"]
    return response.status_code, body["error"], number


def test_a_secret_gives_a_token_that_opens(face: Face) -> None:
    response = sign_in(face)

    body = response.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3599)
    assert "no-store" in response["Cache-Control"]
    face.token = body["access_token"]
    assert face.get("/users").status_code == 200


def test_the_client_may_name_itself_in_the_header(face: Face) -> None:
    pair = f"{face.client.client_id}:{quote_plus(face.secret.text)}"
    header = "Basic " + base64.b64encode(pair.encode()).decode()

    assert sign_in(face, header=header, client_id="", client_secret="").status_code == 200


@pytest.mark.parametrize("header", ["Basic", "Basic !", "Basic " + base64.b64encode(b"no colon").decode()])
def test_a_header_that_cannot_be_read_is_refused(face: Face, header: str) -> None:
    response = sign_in(face, header=header, client_id="", client_secret="")

    assert refusal(response) == (401, "invalid_client", 7000216)
    assert response["WWW-Authenticate"].startswith("Basic")


def test_a_tenant_is_named_by_its_id_or_any_name(face: Face) -> None:
    assert sign_in(face, "contoso.example").status_code == 200
    assert refusal(sign_in(face, str(uuid.uuid4()))) == (400, "invalid_request", 90002)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"client_secret": "wrong"}, (401, "invalid_client", 7000215)),
        ({"client_secret": ""}, (401, "invalid_client", 7000216)),
        ({"client_id": str(uuid.UUID(int=0))}, (400, "unauthorized_client", 700016)),
        ({"client_id": "no guid"}, (400, "unauthorized_client", 700016)),
        ({"client_id": ""}, (400, "unauthorized_client", 700016)),
        ({"scope": "User.Read.All"}, (400, "invalid_scope", 1002012)),
        ({"scope": ""}, (400, "invalid_scope", 1002012)),
        ({"grant_type": "password"}, (400, "unsupported_grant_type", 70003)),
        ({"grant_type": ""}, (400, "unsupported_grant_type", 70003)),
        ({"client_secret": "nul\0"}, (400, "invalid_request", 900144)),
        ({"client_assertion": "x"}, (400, "invalid_request", 900144)),
    ],
)
def test_what_is_missing_or_wrong_is_told_as_microsoft_tells_it(
    face: Face, fields: dict[str, str], expected: tuple[int, str, int]
) -> None:
    assert refusal(sign_in(face, **fields)) == expected


def test_only_a_posted_form_is_read(face: Face) -> None:
    address = f"/{make_directory().tenant_id}/oauth2/v2.0/token"

    assert refusal(Client().get(address)) == (405, "invalid_request", 900561)
    assert refusal(Client().post(address, "{}", content_type="application/json"))[0] == 400


def test_an_expired_secret_is_told_to_be_one(face: Face) -> None:
    with time_machine.travel(timezone.now() + api_clients.USUAL_LIFE + timedelta(seconds=1)):
        assert refusal(sign_in(face)) == (401, "invalid_client", 7000222)


def test_a_second_secret_works_beside_the_first(face: Face) -> None:
    second = api_clients.add_secret(face.client, "new", api_clients.USUAL_LIFE, None, timezone.now())

    assert sign_in(face).status_code == 200
    assert sign_in(face, client_secret=second.text).status_code == 200
    api_clients.remove_credential(face.secret.row, None)
    assert sign_in(face).status_code == 401


def test_too_many_wrong_secrets_have_to_wait(face: Face) -> None:
    for _ in range(LIMIT):
        assert sign_in(face, client_secret="wrong").status_code == 401

    response = sign_in(face)
    assert refusal(response) == (429, "temporarily_unavailable", 90055)
    assert 0 < int(response["Retry-After"]) <= WINDOW.total_seconds()


def test_a_new_secret_ends_the_waiting(face: Face) -> None:
    for _ in range(LIMIT):
        sign_in(face, client_secret="wrong")
    second = api_clients.add_secret(face.client, "new", api_clients.USUAL_LIFE, None, timezone.now())

    assert sign_in(face, client_secret=second.text).status_code == 200


def test_a_secret_is_kept_as_a_hash_only(face: Face) -> None:
    row = face.secret.row
    row.refresh_from_db()

    assert face.secret.text not in str(vars(row))
    assert face.secret.text.startswith(row.hint)
    assert len(face.secret.text) == 40


def test_the_secret_shows_when_it_was_used(face: Face) -> None:
    sign_in(face)
    face.secret.row.refresh_from_db()

    assert face.secret.row.last_used_at


# --- certificates ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def certificate(key: RSAPrivateKey, ends: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "script")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(ends)
    return builder.sign(key, SHA256())


def coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


Signed = Callable[..., HttpResponse]


@pytest.fixture
def signed(face: Face, key: RSAPrivateKey) -> Signed:
    """Signs in with an assertion whose header and claims are changed as told; None leaves one out."""
    now = timezone.now()
    cert = certificate(key, now + timedelta(days=90))
    api_clients.add_certificate(face.client, cert.public_bytes(Encoding.PEM).decode(), "", None, now)
    address = f"http://testserver/{make_directory().tenant_id}/oauth2/v2.0/token"

    def call(by: RSAPrivateKey = key, alg: str = "RS256", x5t: str = "", **claims: Any) -> HttpResponse:
        client_id = str(face.client.client_id)
        usual = {"aud": address, "iss": client_id, "sub": client_id, "jti": str(uuid.uuid4())}
        moments = {"exp": int(now.timestamp()) + 600, "nbf": int(now.timestamp())}
        told = {name: value for name, value in {**usual, **moments, **claims}.items() if value is not None}
        header = {"alg": alg, "x5t#S256": x5t or coded(cert.fingerprint(SHA256()))}
        text = f"{coded(json.dumps(header).encode())}.{coded(json.dumps(told).encode())}"
        pss = PSS(mgf=MGF1(SHA256()), salt_length=PSS.DIGEST_LENGTH)
        signature = by.sign(text.encode(), pss if alg == "PS256" else PKCS1v15(), SHA256())
        assertion = f"{text}.{coded(signature)}"
        return sign_in(face, client_secret="", client_assertion=assertion, client_assertion_type=ASSERTION_TYPE)

    return call


@pytest.mark.parametrize("alg", ["RS256", "PS256"])
def test_a_certificate_gives_a_token(signed: Signed, face: Face, alg: str) -> None:
    response = signed(alg=alg)

    assert response.status_code == 200, response.content
    face.token = response.json()["access_token"]
    assert face.get("/users").status_code == 200


def test_another_key_gives_none(signed: Signed) -> None:
    assert refusal(signed(by=generate_private_key(65537, 2048))) == (401, "invalid_client", 700027)


def test_an_assertion_is_good_once(signed: Signed) -> None:
    assert signed(jti="one").status_code == 200
    assert refusal(signed(jti="one")) == (401, "invalid_client", 700027)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://elsewhere.example/token"},
        {"aud": None},
        {"aud": ["a"]},
        {"iss": "somebody"},
        {"sub": None},
        {"jti": None},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"exp": 1e300},
        {"exp": 1_000_000},
        {"exp": 4_000_000_000},
        {"nbf": 4_000_000_000},
        {"alg": "none"},
        {"alg": "HS256"},
        {"x5t": "AAAA"},
        {"x5t": "ä"},
    ],
)
def test_a_wrong_claim_is_refused(signed: Signed, claims: dict[str, Any]) -> None:
    assert refusal(signed(**claims)) == (401, "invalid_client", 700027)


@pytest.mark.parametrize("assertion", ["a", "a.b.c", "..", "e30.e30.AAAA", "W10.W10.AAAA", "a" * 20_000])
def test_what_is_no_assertion_is_refused(face: Face, assertion: str) -> None:
    response = sign_in(face, client_secret="", client_assertion=assertion, client_assertion_type=ASSERTION_TYPE)

    assert refusal(response) == (401, "invalid_client", 700027)


def test_certificates_that_cannot_be_used_are_refused(face: Face, key: RSAPrivateKey) -> None:
    now = timezone.now()
    small = generate_private_key(65537, 1024)
    good = certificate(key, now + timedelta(days=1)).public_bytes(Encoding.PEM).decode()
    api_clients.add_certificate(face.client, good, "", None, now)
    refused = api_clients.CertificateRefused
    for pem, reason in (
        ("nonsense", refused.NONE),
        (certificate(small, now + timedelta(days=1)).public_bytes(Encoding.PEM).decode(), refused.KEY),
        (certificate(key, now - timedelta(days=1)).public_bytes(Encoding.PEM).decode(), refused.OVER),
        (good, refused.THERE),
    ):
        with pytest.raises(refused) as caught:
            api_clients.add_certificate(face.client, pem, "", None, now)
        assert str(caught.value) == reason


# --- discovery ------------------------------------------------------------------------------------


def test_the_configuration_names_the_token_endpoint(client: Client, db: None) -> None:
    body = client.get("/contoso.example/v2.0/.well-known/openid-configuration").json()

    assert body["token_endpoint"] == "http://testserver/contoso.example/oauth2/v2.0/token"
    assert body["issuer"] == f"http://testserver/{make_directory().tenant_id}/v2.0"


def test_the_discovery_of_instances_names_this_host(client: Client, db: None) -> None:
    body = client.get("/common/discovery/instance?api-version=1.1").json()

    assert body["metadata"][0]["aliases"] == ["testserver"]
