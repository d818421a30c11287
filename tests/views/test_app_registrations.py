"""App registrations: made, given secrets and certificates, and deleted."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import AuditEntry
from provisioning.choices import ApiScope
from provisioning.jobs import api_clients
from provisioning.models import ApiClient, ApiCredential
from tests.views.reading import rows, toasts, words

LIST = "/app-registrations/"


def registered(name: str = "Nightly script", days: int = 0) -> ApiClient:
    """A registration; with a secret that lives so many days."""
    client = api_clients.register(name, ApiScope.READ, None)
    if days:
        api_clients.add_secret(client, "on the server", timedelta(days=days), None, timezone.now())
    return client


def page(client: ApiClient) -> str:
    return f"{LIST}{client.client_id}/"


def pem() -> str:
    key, name = generate_private_key(65537, 2048), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "script")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
    built = builder.not_valid_after(timezone.now() + timedelta(days=400)).sign(key, SHA256())
    return built.public_bytes(Encoding.PEM).decode()


def test_without_registrations_the_list_says_how_to_make_one(signed_in: Client) -> None:
    assert "No program is registered yet" in words(signed_in.get(LIST))


@pytest.mark.parametrize(("days", "state"), [(0, "None"), (5, "Expires soon"), (90, "1"), (-1, "Expired")])
def test_the_list_warns_of_what_expires(signed_in: Client, days: int, state: str) -> None:
    client = registered(days=days)

    assert rows(signed_in.get(LIST)) == [f"Nightly script {client.client_id} Read {state} Never"]


def test_the_list_costs_the_same_for_many(
    signed_in: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        registered(f"Script {number}", days=90)

    with django_assert_max_num_queries(6):
        signed_in.get(LIST)


def test_a_program_is_registered_with_a_permission(signed_in: Client) -> None:
    response = signed_in.post(f"{LIST}new/", {"name": "Nightly script", "scope": "manage"})

    client = ApiClient.objects.get()
    assert (response.status_code, response["Location"]) == (303, page(client))
    assert (client.display_name, client.scope) == ("Nightly script", "manage")
    assert toasts(response)[0].startswith("Nightly script was registered")
    assert AuditEntry.objects.get().activity == "Add app registration"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": "", "scope": "read"}, "Enter a name."),
        ({"name": "nightly SCRIPT", "scope": "read"}, "Another app registration has this name."),
        ({"name": "New", "scope": "everything"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_registered_is_told(signed_in: Client, values: dict[str, str], said: str) -> None:
    registered()
    response = signed_in.post(f"{LIST}new/", values)

    assert response.status_code == 422
    assert said in words(response)
    assert ApiClient.objects.count() == 1


def test_a_secret_is_shown_once(signed_in: Client) -> None:
    client = registered()
    response = signed_in.post(f"{page(client)}secrets/new/", {"label": "on the server", "life": "90"})

    [secret] = re.findall(r'data-copy="([^"]{40})"', response.content.decode())
    row = ApiCredential.objects.get()
    assert row.digest == api_clients.digest_of(secret)
    assert timedelta(days=89) < row.expires_at - timezone.now() <= timedelta(days=90)
    assert "no-store" in response["Cache-Control"]
    assert secret not in signed_in.get(page(client)).content.decode()
    assert secret not in str(list(AuditEntry.objects.values()))


def test_a_certificate_is_added(signed_in: Client) -> None:
    client = registered()
    response = signed_in.post(f"{page(client)}certificates/new/", {"pem": pem(), "label": "laptop"})

    assert (response.status_code, response["Location"]) == (303, page(client))
    assert ApiCredential.objects.get().hint in words(signed_in.get(page(client)))


@pytest.mark.parametrize(("text", "said"), [("", "Paste the certificate."), ("x", "This is no certificate")])
def test_a_certificate_that_is_none_is_told(signed_in: Client, text: str, said: str) -> None:
    response = signed_in.post(f"{page(registered())}certificates/new/", {"pem": text})

    assert response.status_code == 422
    assert said in words(response)


def test_a_secret_is_removed_after_a_question(signed_in: Client) -> None:
    client = registered(days=90)
    address = f"{page(client)}credentials/{ApiCredential.objects.get().key_id}/remove/"

    assert "Remove the secret" in words(signed_in.get(address))
    assert ApiCredential.objects.count() == 1
    assert toasts(signed_in.post(address))[0].startswith("It was removed")
    assert toasts(signed_in.post(address))[-1] == "It was removed already"


def test_a_registration_is_deleted_after_a_question(signed_in: Client) -> None:
    client = registered(days=90)

    assert "Delete Nightly script?" in words(signed_in.get(f"{page(client)}delete/"))
    response = signed_in.post(f"{page(client)}delete/")

    assert (response.status_code, response["Location"]) == (303, LIST)
    assert not ApiClient.objects.exists()


def test_the_page_tells_how_to_sign_in(signed_in: Client) -> None:
    text = words(signed_in.get(page(registered())))

    assert "Authority http://localhost:8000/" in text
    assert "Address of the API http://localhost:8000/graph/v1.0" in text


def test_a_registration_that_is_gone_is_not_found(signed_in: Client) -> None:
    client = registered()
    api_clients.remove(client, None)

    for rest in ("", "secrets/new/", "certificates/new/", "delete/"):
        assert signed_in.get(page(client) + rest).status_code == 404


def test_the_reference_lists_what_can_be_called(signed_in: Client) -> None:
    response = signed_in.get(f"{LIST}api/")

    assert "GET /users/{id} Get a user by object id or user principal name Read" in words(response)
