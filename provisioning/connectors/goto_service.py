"""What all of GoTo's services share: what their errors mean."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from provisioning.connectors.goto_sign_in import GoToSignIn
from provisioning.connectors.goto_values import error_codes, error_text
from provisioning.errors import (
    CredentialsRejected,
    InsufficientRights,
    LicenseLimitExceeded,
    PermissionMissing,
    ProvisioningError,
    SettingsInvalid,
    TargetObjectMissing,
    UnexpectedAnswer,
)
from provisioning.texts import gettext_noop, say
from provisioning.wire.client import Answer

NO_RIGHT = gettext_noop(
    "%(app)s does not let this administrator manage users. Make sure that the account has Team Admin permissions. "
    "%(app)s says: %(detail)s (%(method)s %(path)s: %(status)s)"
)
STRANGE = gettext_noop("GoTo's answer does not have the form that is known: %(detail)s")
TOKEN_REFUSED = gettext_noop("%(app)s refuses even a new access token: %(detail)s (%(method)s %(path)s: %(status)s)")
SCOPE_MISSING = gettext_noop(
    "Signed in, but not allowed to use the Admin API: the client, or the personal access token, lacks the scope "
    '"identity:". '
    "%(app)s says: %(detail)s (%(method)s %(path)s: %(status)s)"
)
OURSELVES = gettext_noop("This is the administrator the portal connects with. The portal does not do this to it.")
UNSAFE_VALUE = gettext_noop("GoTo can't be searched for %(value)s: it holds a quote, backslash or control character.")
CAN_NOT_SEARCH = gettext_noop("GoTo's users are not searched by %(attribute)s, only by their address.")
NO_SEAT = gettext_noop("%(app)s has no free seat for this licence: %(detail)s (%(method)s %(path)s: %(status)s)")
NO_SUCH_ACCOUNT = gettext_noop(
    "%(app)s does not know the account of the connection settings: %(detail)s (%(method)s %(path)s: %(status)s)"
)

UNSAFE = re.compile(r"[\"\\\x00-\x1f\x7f]")
"""What can't stand in a filter."""

_SEATS = re.compile(r"seat|licen[cs]e.*(exceed|limit|exhaust|insufficient|unavailable|not\.?available)", re.IGNORECASE)
"""GoTo does not publish its code for exhausted seats; any that speaks of seats or of too few licences is taken."""


class GoToService(GoToSignIn):
    """Reads the errors of GoTo's services."""

    def is_token_spent(self, answer: Answer) -> bool:
        """GoTo's gateway says 403 InvalidToken where others say 401."""
        return answer.status == 401 or (answer.status == 403 and "InvalidToken" in error_codes(answer.data))

    def meaning(self, answer: Answer) -> ProvisioningError:
        codes = error_codes(answer.data)
        if self.is_token_spent(answer):
            if {"not.authenticated", "not.authorized"}.intersection(codes):
                return self.error(PermissionMissing, answer, SCOPE_MISSING)
            return self.error(CredentialsRejected, answer, TOKEN_REFUSED)
        if any(map(_SEATS.search, codes)):
            return self.error(LicenseLimitExceeded, answer, NO_SEAT)
        if any(code.startswith("account.") for code in codes):
            return self.error(SettingsInvalid, answer, NO_SUCH_ACCOUNT)
        return super().meaning(answer)

    def detail(self, answer: Answer) -> str:
        return error_text(answer.data) or super().detail(answer)


@contextmanager
def of_the_account() -> Iterator[None]:
    """Requests about the account as a whole: what they are refused, every object would be."""
    try:
        yield
    except InsufficientRights as error:
        raise PermissionMissing(say(NO_RIGHT, **error.message.values), error.exchanges) from error
    except TargetObjectMissing as error:
        raise SettingsInvalid(error.message, error.exchanges) from error


@contextmanager
def expected_form() -> Iterator[None]:
    """Reading JSON of a known form; another form means that something else answered."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise UnexpectedAnswer(say(STRANGE, detail=repr(error))) from error
