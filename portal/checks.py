"""Settings that would be unsafe or cannot work, told at start with a hint. Every command runs these checks first."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.http.request import validate_host

from portal.accounts.models import Role

OLDEST_SQLITE = (3, 35)  # RETURNING: without it rows made in bulk come back without their ids
NEW_KEY = 'python -c "import secrets; print(secrets.token_urlsafe(50))"'
NEW_FERNET_KEY = 'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'


@register
def check_production(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """What only a production site must not have; PORTAL_PRODUCTION says that it is one."""
    return list(_production_mistakes()) if settings.PORTAL_PRODUCTION else []


@register
def check_encryption_keys(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    hint = f"Make one with: {NEW_FERNET_KEY}"
    wrong = [number for number, key in enumerate(settings.PORTAL_ENCRYPTION_KEYS, 1) if not _is_fernet_key(key)]
    if wrong:
        places = ", ".join(map(str, wrong))
        return [Error(f"PORTAL_ENCRYPTION_KEYS: not a Fernet key (number {places}).", hint=hint, id="portal.E005")]
    if not settings.PORTAL_ENCRYPTION_KEYS and not settings.PORTAL_PRODUCTION:
        message = "PORTAL_ENCRYPTION_KEYS is not set: credentials can neither be saved nor read."
        return [Warning(message, hint=hint, id="portal.W001")]
    return []


@register
def check_sqlite(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Looks at the library only; the database itself need not be there yet."""
    used = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    if not used or sqlite3.sqlite_version_info >= OLDEST_SQLITE:
        return []
    oldest = ".".join(map(str, OLDEST_SQLITE))
    message = f"SQLite {sqlite3.sqlite_version} is too old; the portal needs {oldest} or newer."
    return [Error(message, hint="Use a newer system, or PostgreSQL by PORTAL_DATABASE_URL.", id="portal.E008")]


@register
def check_folder(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The folder is made when it is missing; so it, or the nearest folder above it, must be writable."""
    folder = Path(settings.VAR_DIR)
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return []
    hint = "Give it to the user the portal runs as, or name another folder in PORTAL_VAR."
    return [Error(f"The folder for data, {folder}, cannot be written.", hint=hint, id="portal.E009")]


@register
def check_microsoft(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Sign in with Microsoft: for people of one organization, with roles that there are."""
    found: list[CheckMessage] = []
    if settings.PORTAL_MICROSOFT_TENANT.lower() in ("common", "organizations", "consumers"):
        message = "PORTAL_MICROSOFT_TENANT must name one organization: anybody's administrator could make names up."
        found.append(Error(message, hint="It is the directory (tenant) ID of yours.", id="portal.E010"))
    wrong = sorted(set(settings.PORTAL_MICROSOFT_ROLES.values()) - {str(role) for role in Role})
    if wrong:
        message = f"PORTAL_MICROSOFT_ROLES names roles that there are not: {', '.join(wrong)}."
        found.append(Error(message, hint=f"There are: {', '.join(map(str, Role))}.", id="portal.E011"))
    authority = settings.PORTAL_MICROSOFT_AUTHORITY
    if authority and not authority.startswith("https://"):
        message = f"PORTAL_MICROSOFT_AUTHORITY is {authority}, which is no https address."
        found.append(Error(message, hint="Leave it away for Microsoft's public cloud.", id="portal.E012"))
    return found


def _production_mistakes() -> Iterator[CheckMessage]:
    if _is_weak(settings.SECRET_KEY):
        message = "PORTAL_SECRET_KEY is short, simple or an example."
        yield Error(message, hint=f"Make one with: {NEW_KEY}", id="portal.E001")
    if settings.DEBUG:
        message = "PORTAL_DEBUG is on: error pages would show code and settings."
        yield Error(message, hint="Leave it away.", id="portal.E002")
    if settings.PORTAL_SANDBOX:
        message = "PORTAL_SANDBOX is on: the demo service has no place in production."
        yield Error(message, hint="Leave it away, or start the demo without PORTAL_PRODUCTION.", id="portal.E003")
    if not settings.PORTAL_ENCRYPTION_KEYS:
        hint = f"Make a key with: {NEW_FERNET_KEY}"
        yield Error("PORTAL_ENCRYPTION_KEYS is not set.", hint=hint, id="portal.E004")
    yield from _address_mistakes()


def _address_mistakes() -> Iterator[CheckMessage]:
    address = urlsplit(settings.PORTAL_ADDRESS)
    if address.scheme != "https" or not address.hostname:
        message = f"PORTAL_ADDRESS is {settings.PORTAL_ADDRESS}, which is no https address."
        hint = "It is the address people type, at the reverse proxy: https://portal.contoso.example"
        yield Error(message, hint=hint, id="portal.E006")
    elif not validate_host(address.hostname, settings.ALLOWED_HOSTS):
        message = (
            f"The host of PORTAL_ADDRESS, {address.hostname}, is not among PORTAL_HOSTS: every page would be refused."
        )
        yield Error(message, hint=f"Set PORTAL_HOSTS={address.hostname}", id="portal.E007")


def _is_weak(key: str) -> bool:
    """By Django's own measure for `check --deploy`, and the keys that stand in this project's files."""
    example = key.startswith(("django-insecure-", "only-for-tests-"))
    return example or len(key) < 50 or len(set(key)) < 5


def _is_fernet_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True
