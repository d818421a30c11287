"""The one place where secrets are locked and unlocked."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from provisioning.errors import SettingsInvalid
from provisioning.texts import gettext_noop, say

NO_KEYS = gettext_noop("PORTAL_ENCRYPTION_KEYS is not set, so secrets can be neither locked nor unlocked.")
KEY_GONE = gettext_noop(
    "The key %(fingerprint)s that locked these credentials is not in PORTAL_ENCRYPTION_KEYS. "
    "Put it back, or enter the credentials again."
)
NO_KEY = gettext_noop(
    "PORTAL_ENCRYPTION_KEYS holds a value that is no key (32 bytes in URL-safe base64), at place %(place)s."
)
DAMAGED = gettext_noop("The stored credentials are damaged. Enter them again.")


class Unreadable(SettingsInvalid):
    """Locked credentials can't be unlocked: they must be entered again."""


class KeyMissing(Unreadable):
    """The key that is needed is not in PORTAL_ENCRYPTION_KEYS."""

    remedy = gettext_noop("Put the missing key back into PORTAL_ENCRYPTION_KEYS, or enter the credentials again.")


def lock(values: Mapping[str, str]) -> str:
    """Encrypt with the newest key. The text begins with that key's fingerprint. Raises KeyMissing without keys."""
    keys = _keys()
    data = json.dumps(dict(values), sort_keys=True).encode()
    return f"{fingerprint(keys[0])}:{_box(keys).encrypt(data).decode()}"


def unlock(text: str) -> dict[str, str]:
    """What was locked. Raises KeyMissing when its key is gone, Unreadable when the text is damaged."""
    keys = _keys()
    needed, _, token = text.partition(":")
    try:
        values: dict[str, str] = json.loads(_box(keys).decrypt(token.encode()))
    except InvalidToken:
        if token and needed not in map(fingerprint, keys):
            raise KeyMissing(say(KEY_GONE, fingerprint=needed)) from None
        raise Unreadable(say(DAMAGED)) from None
    return values


def fingerprint(key: str) -> str:
    """Tells a key from others without giving it away."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]


def _keys() -> Sequence[str]:
    keys = [key for key in settings.PORTAL_ENCRYPTION_KEYS if key]
    if not keys:
        raise KeyMissing(say(NO_KEYS))
    return keys


def _box(keys: Sequence[str]) -> MultiFernet:
    boxes = []
    for place, key in enumerate(keys, 1):
        try:
            boxes.append(Fernet(key))
        except ValueError:
            raise KeyMissing(say(NO_KEY, place=place)) from None  # the value itself may be a key with a slip in it
    return MultiFernet(boxes)
