"""Authorization codes, each for one use, and personal access tokens."""

import base64
import hashlib
import secrets
from datetime import timedelta

from django.db.models import Q

from provisioning.sandbox import clock
from provisioning.sandbox.models import Client, Code, PersonalToken, User
from provisioning.sandbox.tokens import digest

LIFE = timedelta(minutes=10)  # assumed(code-life): how long a code waits is documented nowhere


def issue(client: Client, user: User, *, redirect_uri: str, challenge: str, scope: str) -> str:
    """A code for this client. `redirect_uri` is empty when the request named none, `challenge` without PKCE."""
    text = secrets.token_urlsafe(192)
    Code.objects.filter(expires_at__lt=clock.now()).delete()
    Code.objects.create(
        digest=digest(text),
        client=client,
        user=user,
        redirect_uri=redirect_uri,
        challenge=challenge,
        scope=scope,
        expires_at=clock.now() + LIFE,
    )
    return text


def use(client: Client, text: str, redirect_uri: str, verifier: str) -> Code | None:
    """The code while it is valid; it is gone afterwards. None too when client, address or verifier do not fit."""
    code = Code.objects.select_related("user__account").filter(digest=digest(text), client=client).first()
    if code is None or code.expires_at <= clock.now():
        return None
    if code.redirect_uri != redirect_uri or code.challenge != (challenge_of(verifier) if verifier else ""):
        return None
    used, _ = Code.objects.filter(pk=code.pk).delete()
    return code if used else None


def challenge_of(verifier: str) -> str:
    """The S256 challenge of RFC 7636."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def personal(text: str) -> PersonalToken | None:
    """The personal access token while it is valid, with its user."""
    lasting = Q(expires_at=None) | Q(expires_at__gt=clock.now())
    return PersonalToken.objects.select_related("user__account").filter(lasting, digest=digest(text)).first()
