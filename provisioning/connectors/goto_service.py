"""What all of GoTo's services share: the connection settings, the sign-in, and what their errors mean."""

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import requests

from provisioning.connectors.base import Setting
from provisioning.connectors.goto_values import error_codes, error_text
from provisioning.connectors.http import Answer, HttpConnector
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

SETTINGS = (
    Setting(
        name="username",
        label=gettext_noop("{app} Admin User Name"),
        help=gettext_noop("The e-mail address of a GoTo administrator with Team Admin permissions."),
        required=True,
    ),
    Setting(
        name="password",
        label=gettext_noop("{app} Admin Password"),
        help=gettext_noop("The password of this administrator. It is stored encrypted and never shown again."),
        secret=True,
        required=True,
    ),
    Setting(
        name="client_id",
        label=gettext_noop("Client ID"),
        help=gettext_noop(
            "The OAuth client that GoTo's developer portal gave you. GoTo accepts passwords from older clients only."
        ),
        advanced=True,
    ),
    Setting(
        name="client_secret",
        label=gettext_noop("Client secret"),
        help=gettext_noop("The secret that belongs to the client ID."),
        secret=True,
        advanced=True,
    ),
    Setting(
        name="token_url",
        label=gettext_noop("Token address"),
        help=gettext_noop("Where the portal signs in."),
        advanced=True,
        default="https://authentication.logmeininc.com/oauth/token",
        is_address=True,
    ),
    Setting(
        name="api_url",
        label=gettext_noop("API address"),
        help=gettext_noop("Where GoTo's Admin API is."),
        advanced=True,
        default="https://api.getgo.com",
        is_address=True,
    ),
    Setting(
        name="account_key",
        label=gettext_noop("Account key"),
        help=gettext_noop("Only for an administrator of several GoTo accounts. Leave it empty to have it found."),
        advanced=True,
    ),
)

NO_RIGHT = gettext_noop(
    "%(app)s does not let this administrator manage users. Make sure that the account has Team Admin permissions. "
    "%(app)s says: %(detail)s (%(method)s %(path)s: %(status)s)"
)
STRANGE = gettext_noop("GoTo's answer does not have the form that is known: %(detail)s")
NO_CLIENT = gettext_noop("The client ID is missing. Enter it in the advanced connection settings.")
WRONG_CLIENT = gettext_noop(
    "%(app)s does not accept the client ID or the client secret: %(detail)s (%(method)s %(path)s: %(status)s)"
)
WRONG_PASSWORD = gettext_noop(
    "%(app)s does not accept the user name or the password: %(detail)s (%(method)s %(path)s: %(status)s)"
)
CLIENT_NOT_ALLOWED = gettext_noop(
    "%(app)s does not let this client sign in with a password, which new clients may no longer do: %(detail)s "
    "(%(method)s %(path)s: %(status)s)"
)
NO_SUCH_GRANT = gettext_noop(
    "The token address does not know the sign-in with a password: %(detail)s (%(method)s %(path)s: %(status)s)"
)
SIGN_IN_FAILED = gettext_noop("%(app)s refused the sign-in: %(detail)s (%(method)s %(path)s: %(status)s)")
NO_TOKEN_ADDRESS = gettext_noop("Nobody can sign in at the token address: %(detail)s (%(method)s %(path)s: %(status)s)")
NO_TOKEN = gettext_noop("The answer of the token address holds no access token that can be used.")
TOKEN_REFUSED = gettext_noop("%(app)s refuses even a new access token: %(detail)s (%(method)s %(path)s: %(status)s)")
SCOPE_MISSING = gettext_noop(
    'Signed in, but not allowed to use the Admin API: the client lacks the scope "identity:". '
    "%(app)s says: %(detail)s (%(method)s %(path)s: %(status)s)"
)
NO_SEAT = gettext_noop("%(app)s has no free seat for this licence: %(detail)s (%(method)s %(path)s: %(status)s)")
NO_SUCH_ACCOUNT = gettext_noop(
    "%(app)s does not know the account of the connection settings: %(detail)s (%(method)s %(path)s: %(status)s)"
)

# The codes are RFC 6749's (5.2); GoTo's own are known for invalid_client only.
SIGN_IN_ERRORS: dict[str, tuple[type[ProvisioningError], str]] = {
    "invalid_client": (CredentialsRejected, WRONG_CLIENT),
    "invalid_grant": (CredentialsRejected, WRONG_PASSWORD),
    "unauthorized_client": (CredentialsRejected, CLIENT_NOT_ALLOWED),
    "unsupported_grant_type": (SettingsInvalid, NO_SUCH_GRANT),
}

_SEATS = re.compile(r"seat|licen[cs]e.*(exceed|limit|exhaust|insufficient|unavailable|not\.?available)", re.IGNORECASE)
"""GoTo does not publish its code for exhausted seats; any that speaks of seats or of too few licences is taken."""


class GoToService(HttpConnector):
    """Signs in with user name and password (OAuth's password grant) and reads the errors of GoTo's services."""

    settings = SETTINGS

    def sign_in(self) -> str:
        if not self.setting("client_id"):
            raise SettingsInvalid(say(NO_CLIENT))
        form = {"grant_type": "password", "username": self.setting("username"), "password": self.setting("password")}
        client = f"{self.setting('client_id')}:{self.setting('client_secret')}".encode()
        headers = {
            "Authorization": "Basic " + base64.b64encode(client).decode(),
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        answer = self.exchange(requests.Request("POST", self.setting("token_url"), headers, data=urlencode(form)))
        if not answer.ok:
            raise self._refused_sign_in(answer)
        token = answer.data.get("access_token") if isinstance(answer.data, dict) else None
        if not isinstance(token, str) or not re.fullmatch(r"[!-~]+", token):
            raise self.error(UnexpectedAnswer, answer, NO_TOKEN)
        return token

    def _refused_sign_in(self, answer: Answer) -> ProvisioningError:
        for code in error_codes(answer.data):
            if code in SIGN_IN_ERRORS and answer.status < 500:
                family, text = SIGN_IN_ERRORS[code]
                return self.error(family, answer, text)
        if answer.status in (400, 401, 403) and answer.is_json:
            return self.error(CredentialsRejected, answer, SIGN_IN_FAILED)
        if answer.status in (404, 405) and answer.is_json:
            return self.error(SettingsInvalid, answer, NO_TOKEN_ADDRESS)
        return self.failure(answer)

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
