"""Made up. Values that are new each time, facts of the tenant, and values that logs don't show."""

import secrets
import string
import uuid
from typing import Any

from provisioning.expressions.errors import Refused
from provisioning.expressions.kinds import Anything, Given, Integer, Text
from provisioning.expressions.signatures import function
from provisioning.texts import gettext_noop, say

LONGEST = 256
SPECIAL = "~!@#$%^&*_-+=`|\\(){}[]:;\"'<>,.?/"
CLASSES = (string.digits, SPECIAL, string.ascii_uppercase, string.ascii_lowercase)

_LENGTH = gettext_noop("%(function)s gives at most %(limit)s characters, and not fewer than its minimums together.")
_NEGATIVE = gettext_noop("%(function)s needs minimums of 0 or more.")
_AVOIDED = gettext_noop("%(function)s has no character left of a class that it needs; avoid fewer.")
_DOMAIN = gettext_noop("The directory has no default domain.")


@function()
def Guid() -> str:
    """A new random GUID.

    Example: `Len(Guid())` gives `36`
    """
    return str(uuid.uuid4())


@function()
def RandomString(
    Length: Integer,
    MinimumNumbers: Integer,
    MinimumSpecialCharacters: Integer,
    MinimumCapital: Integer,
    MinimumLowerCase: Integer,
    CharactersToAvoid: Text = "",
) -> str:
    """A random text of this length, at most 256, with so many digits, special characters, capitals and small letters.

    The rest is of the classes whose minimum is above 0, of all four when none is.

    Example: `Len(RandomString(12, 2, 2, 2, 2, "?,"))` gives `12`
    """
    minimums = (MinimumNumbers, MinimumSpecialCharacters, MinimumCapital, MinimumLowerCase)
    if min(minimums) < 0:
        raise Refused(say(_NEGATIVE))
    if not sum(minimums) <= Length <= LONGEST:
        raise Refused(say(_LENGTH, limit=LONGEST))
    avoided = set(CharactersToAvoid)
    classes = ["".join(each for each in members if each not in avoided) for members in CLASSES]
    needed = [members for members, least in zip(classes, minimums, strict=True) if least or not any(minimums)]
    if not all(needed):
        raise Refused(say(_AVOIDED))
    chosen = [secrets.choice(members) for members, least in zip(classes, minimums, strict=True) for _ in range(least)]
    chosen += [secrets.choice("".join(needed)) for _ in range(Length - len(chosen))]
    secrets.SystemRandom().shuffle(chosen)
    return "".join(chosen)


@function()
def Redact(run: Given, value: Anything) -> Any:
    """The value unchanged; provisioning logs show [Redact] in its place.

    Example: `Redact([employeeId])` gives `4711`
    """
    run.redacted = True
    return value


@function()
def DefaultDomain(run: Given) -> str:
    """The name of the directory's default domain.

    Example: `Join("@", [mailNickname], DefaultDomain())` gives `ann@contoso.example`
    """
    if not run.context.default_domain:
        raise Refused(say(_DOMAIN))
    return run.context.default_domain
