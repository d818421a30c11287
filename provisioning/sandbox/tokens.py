"""OAuth tokens: issue them, find them again, let them and let them end early."""

import base64
import hashlib
import json
import secrets
import uuid
from datetime import timedelta

from provisioning.sandbox import clock
from provisioning.sandbox.models import Client, Token, User
from provisioning.sandbox.strictness import STRICTNESS

RENEWED_AFTER = 0.6  # of a refresh token's life: only then does a refresh bring a new one


def issue(kind: Token.Kind, client: Client, user: User, scope: str) -> str:
    """A new token, in the form of GoTo's: three parts, several hundred characters, to be treated as opaque."""
    issued = clock.now()
    is_access = kind == Token.Kind.ACCESS
    expires = issued + timedelta(seconds=STRICTNESS.access_seconds if is_access else STRICTNESS.refresh_seconds)
    claims = {
        "sub": user.key,
        "sc": scope,
        "ls": str(uuid.uuid4()),
        "exp": int(expires.timestamp()),
        "iat": int(issued.timestamp()),
        "jti": str(uuid.uuid4()),
        "typ": kind[0],
    }
    parts = (_packed({"alg": "RS512"}), _packed(claims), _encoded(secrets.token_bytes(256)))
    text = ".".join(parts)
    Token.objects.filter(expires_at__lt=issued).delete()
    Token.objects.create(
        digest=digest(text), kind=kind, client=client, user=user, scope=scope, issued_at=issued, expires_at=expires
    )
    return text


def find(kind: Token.Kind, text: str) -> Token | None:
    """The token while it is valid, with its client and user."""
    tokens = Token.objects.select_related("client", "user__account")
    return tokens.filter(digest=digest(text), kind=kind, expires_at__gt=clock.now()).first()


def is_aged(token: Token) -> bool:
    """Whether most of the token's life has passed."""
    return clock.now() - token.issued_at >= RENEWED_AFTER * (token.expires_at - token.issued_at)


def expire(also_refresh: bool) -> int:
    """Let every access token end now, and refresh tokens too if asked. Gives how many ended."""
    tokens = Token.objects.all() if also_refresh else Token.objects.filter(kind=Token.Kind.ACCESS)
    ended, _ = tokens.delete()
    return ended


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _packed(data: dict[str, object]) -> str:
    return _encoded(json.dumps(data, separators=(",", ":")).encode())


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
