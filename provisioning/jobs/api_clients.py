"""App registrations: made and removed, with their certificates and secrets, which are shown once and kept as hashes."""

import hashlib
import secrets
import string
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.exceptions import ValidationError
from django.db import transaction

from portal.accounts.audit import Doer, record
from portal.accounts.models import SignInAttempt
from provisioning.choices import ApiScope, CredentialKind
from provisioning.models import ApiClient, ApiCredential
from provisioning.texts import gettext_noop

LETTERS = string.ascii_letters + string.digits + "-_~."
LENGTH = 40
HINT = 3
USUAL_LIFE = timedelta(days=180)
LONGEST_LIFE = timedelta(days=730)
SMALLEST_KEY = 2048


class NameRefused(ValueError):
    """Another app registration has the name, or it is empty or too long."""


class CertificateRefused(ValueError):
    """What was given as a certificate is none, or none that can be used here."""

    NONE = gettext_noop("This is no certificate in PEM form. It begins with -----BEGIN CERTIFICATE-----.")
    KEY = gettext_noop("The certificate needs an RSA key of at least 2048 bits.")
    OVER = gettext_noop("The certificate has expired.")
    THERE = gettext_noop("This app registration has this certificate already.")


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret that was just made: its row, and the text that nobody can read again."""

    row: ApiCredential
    text: str


@transaction.atomic
def register(name: str, scope: ApiScope, by: Doer | None) -> ApiClient:
    """A new app registration, without any credential. Raises NameRefused."""
    client = ApiClient(display_name=name.strip(), scope=scope, created_by=str(by or "")[:150])
    try:
        client.full_clean()
    except ValidationError as error:
        raise NameRefused(" ".join(error.messages)) from error
    client.save()
    record(by, gettext_noop("Add app registration"), client, new={"name": name, "permission": scope})
    return client


@transaction.atomic
def remove(client: ApiClient, by: Doer | None) -> None:
    """Its tokens end with it."""
    record(by, gettext_noop("Delete app registration"), client, old={"permission": client.scope})
    client.delete()


@transaction.atomic
def add_secret(client: ApiClient, label: str, life: timedelta, by: Doer | None, now: datetime) -> NewSecret:
    """Waiting times of wrong secrets end: who was told to wait has a right one now."""
    text = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    row = ApiCredential.objects.create(
        client=client,
        kind=CredentialKind.PHRASE,
        label=label,
        hint=text[:HINT],
        digest=digest_of(text),
        expires_at=now + life,
    )
    SignInAttempt.objects.filter(username=attempts_of(client.client_id)).delete()
    record(by, gettext_noop("Add client secret"), client, new=_told(row))
    return NewSecret(row, text)


@transaction.atomic
def add_certificate(client: ApiClient, pem: str, label: str, by: Doer | None, now: datetime) -> ApiCredential:
    """Raises CertificateRefused."""
    certificate = read_certificate(pem, now)
    digest = certificate.fingerprint(SHA256()).hex()
    if client.credentials.filter(digest=digest).exists():
        raise CertificateRefused(CertificateRefused.THERE)
    row = ApiCredential.objects.create(
        client=client,
        kind=CredentialKind.CERTIFICATE,
        label=label,
        hint=digest.upper(),
        digest=digest,
        certificate=certificate.public_bytes(Encoding.PEM).decode(),
        expires_at=certificate.not_valid_after_utc,
    )
    record(by, gettext_noop("Add certificate"), client, new=_told(row))
    return row


@transaction.atomic
def remove_credential(row: ApiCredential, by: Doer | None) -> None:
    """Tokens that were given for it end with it."""
    is_secret = row.kind == CredentialKind.PHRASE
    activity = gettext_noop("Remove client secret") if is_secret else gettext_noop("Remove certificate")
    record(by, activity, row.client, old=_told(row))
    row.delete()


def read_certificate(pem: str, now: datetime) -> x509.Certificate:
    """Raises CertificateRefused."""
    try:
        certificate = x509.load_pem_x509_certificate(pem.strip().encode())
        key = certificate.public_key()
    except ValueError as error:
        raise CertificateRefused(CertificateRefused.NONE) from error
    if not isinstance(key, RSAPublicKey) or key.key_size < SMALLEST_KEY:
        raise CertificateRefused(CertificateRefused.KEY)
    if certificate.not_valid_after_utc <= now:
        raise CertificateRefused(CertificateRefused.OVER)
    return certificate


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def attempts_of(client_id: object) -> str:
    """Under which name failed sign-ins of a program are counted, apart from those of people."""
    return f"app:{client_id}"


def _told(row: ApiCredential) -> dict[str, str]:
    return {"description": row.label, "hint": row.hint, "expires": row.expires_at.isoformat()}
