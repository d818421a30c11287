"""Signing in with a certificate: a token that the client signs itself, checked against the certificates it has here."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, AsymmetricPadding, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from provisioning.api.refused import Refused
from provisioning.choices import CredentialKind
from provisioning.models import ApiClient, ApiCredential, UsedAssertion

SKEW = timedelta(minutes=5)
LONGEST = timedelta(days=1)
LARGEST = 10_000
PADDINGS: Mapping[str, AsymmetricPadding] = {
    "RS256": PKCS1v15(),
    "PS256": PSS(mgf=MGF1(SHA256()), salt_length=PSS.DIGEST_LENGTH),
}


def prove(client: ApiClient, assertion: str, address: str) -> ApiCredential:
    """The certificate of the client that signed this. `address`: where it was sent to. Raises Refused."""
    signed, _dot, signature = assertion.rpartition(".")
    header, claims = _parts(assertion)
    found = _signer(client, header, signed.encode(), _decoded(signature))
    now = timezone.now()
    _check(claims, client, _audiences(address), now)
    if found.expires_at <= now:
        raise _refused(_("The certificate has expired."))
    _use_once(client, str(claims.get("jti", "")), _moment(claims.get("exp")))
    return found


def _parts(assertion: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    pieces = assertion.split(".")
    if len(pieces) != 3 or len(assertion) > LARGEST:
        raise _refused(_("It is no signed token."))
    try:
        header, claims = (json.loads(_decoded(piece)) for piece in pieces[:2])
    except (ValueError, RecursionError):
        raise _refused(_("It is no signed token.")) from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise _refused(_("It is no signed token."))
    return header, claims


def _signer(client: ApiClient, header: Mapping[str, Any], signed: bytes, signature: bytes) -> ApiCredential:
    padding = PADDINGS.get(str(header.get("alg")))
    if padding is None:
        raise _refused(_("Its algorithm must be RS256 or PS256."))
    for each in _named(client, header):
        key = x509.load_pem_x509_certificate(each.certificate.encode()).public_key()
        if isinstance(key, RSAPublicKey) and _is_by(key, signature, signed, padding):
            return each
    raise _refused(_("The key was not found, or the signature is not by it."))


def _named(client: ApiClient, header: Mapping[str, Any]) -> Sequence[ApiCredential]:
    """The certificate that the header names by its thumbprint, else all of the client's: there are few."""
    rows = client.credentials.filter(kind=CredentialKind.CERTIFICATE)
    if text := header.get("x5t#S256"):
        rows = rows.filter(digest=_decoded(str(text)).hex())
    return list(rows)


def _is_by(key: RSAPublicKey, signature: bytes, signed: bytes, padding: AsymmetricPadding) -> bool:
    try:
        key.verify(signature, signed, padding, SHA256())
    except InvalidSignature:
        return False
    return True


def _check(claims: Mapping[str, Any], client: ApiClient, audiences: Sequence[str], now: datetime) -> None:
    named = {str(claims.get("iss", "")).lower(), str(claims.get("sub", "")).lower()}
    if named != {str(client.client_id)}:
        raise _refused(_("Its issuer and subject must both be the client ID."))
    if claims.get("aud") not in audiences:
        raise _refused(_("Its audience must be %(address)s.") % {"address": audiences[0]})
    ends = _moment(claims.get("exp"))
    if ends <= now - SKEW:
        raise _refused(_("It has expired."))
    if ends > now + LONGEST + SKEW:
        raise _refused(_("It must expire within a day."))
    if "nbf" in claims and _moment(claims["nbf"]) > now + SKEW:
        raise _refused(_("It is not valid yet."))


def _audiences(address: str) -> Sequence[str]:
    """Where this was sent to, and the same under the portal's own address, in case a proxy stands before it."""
    path = urlsplit(address).path
    return [address, f"{settings.PORTAL_ADDRESS}{path}"]


def _use_once(client: ApiClient, number: str, ends: datetime) -> None:
    """Raises Refused when the number was used before. Those that have expired anyway are forgotten."""
    if not number:
        raise _refused(_("It needs a number of its own (jti)."))
    UsedAssertion.objects.filter(expires_at__lt=timezone.now() - SKEW).delete()
    digest = hashlib.sha256(number.encode()).hexdigest()
    try:
        with transaction.atomic():
            UsedAssertion.objects.create(client=client, digest=digest, expires_at=ends)
    except IntegrityError:
        raise _refused(_("It was used before.")) from None


def _moment(value: Any) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _refused(_("Its times (exp, nbf) must be numbers."))
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        raise _refused(_("Its times (exp, nbf) must be numbers.")) from None


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise _refused(_("It is no signed token.")) from None


def _refused(reason: str) -> Refused:
    said = _("Client assertion failed signature or claims validation. %(reason)s") % {"reason": reason}
    return Refused("invalid_client", 700027, said)
