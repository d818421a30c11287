"""Directory names. Distinguished names and security identifiers, as Cloud Sync has them."""

import base64
import binascii
import re
from typing import Any

from provisioning.expressions.errors import Refused
from provisioning.expressions.kinds import Integer, One, Source
from provisioning.expressions.signatures import function
from provisioning.expressions.values import described, is_nothing
from provisioning.texts import gettext_noop, say

_PART = re.compile(r"(?:[^,\\]|\\.)+", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_NO_PART = gettext_noop("%(function)s finds no part number %(number)s; there are %(count)s, counted from 1.")
_SID = gettext_noop("%(function)s needs a security identifier in binary form; got %(value)s.")


@function()
def DNComponent(dn: Source, n: Integer) -> str:
    """The value of the n-th part of a distinguished name, from the left.

    Example: `DNComponent("cn=Joe,ou=Sales,dc=contoso,dc=com", 2)` gives `Sales`
    """
    parts = _PART.findall(dn)
    if not 1 <= n <= len(parts):
        raise Refused(say(_NO_PART, number=n, count=len(parts)))
    return _ESCAPED.sub(r"\1", parts[n - 1].partition("=")[2]).strip()


@function()
def CRef(text: Source) -> str:
    """A text as a reference.

    Example: `DNComponent(CRef("cn=Joe,ou=Sales"), 1)` gives `Joe`
    """
    return text


@function()
def StringFromSid(binary: One) -> str | None:
    """A binary security identifier in its written form. A text is read as base64.

    Example: `StringFromSid("AQIAAAAAAAUgAAAAIAIAAA==")` gives `S-1-5-32-544`
    """
    if is_nothing(binary):
        return None
    sid = _bytes(binary)
    if len(sid) < 8 or len(sid) != 8 + 4 * sid[1]:
        raise Refused(say(_SID, value=described(binary)))
    numbers = (int.from_bytes(sid[at : at + 4], "little") for at in range(8, len(sid), 4))
    return "-".join(map(str, ("S", sid[0], int.from_bytes(sid[2:8], "big"), *numbers)))


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    try:
        return base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError):
        return b""
