"""Signing in to GoTo: the grants of its token address, and what the refusals mean."""

import base64
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import requests

from provisioning.connectors.goto_settings import ACCESS_TOKEN, CONSENT, PASSWORD, SETTINGS
from provisioning.connectors.goto_values import error_codes
from provisioning.connectors.http import HttpConnector
from provisioning.connectors.tokens import Granted
from provisioning.errors import CredentialsRejected, ProvisioningError, SettingsInvalid, UnexpectedAnswer
from provisioning.texts import gettext_noop, say
from provisioning.wire.client import Answer, Token
from provisioning.wire.settings import SIGN_IN

NO_CLIENT = gettext_noop("The client ID is missing. Enter it in the advanced connection settings.")
WRONG_CLIENT = gettext_noop(
    "%(app)s does not accept the client ID or the client secret: %(detail)s (%(method)s %(path)s: %(status)s)"
)
WRONG_PASSWORD = gettext_noop(
    "%(app)s does not accept the user name or the password: %(detail)s (%(method)s %(path)s: %(status)s)"
)
WRONG_PERSONAL_TOKEN = gettext_noop(
    "%(app)s does not accept the personal access token. It may have expired or been withdrawn; make a new one at "
    "myaccount.goto.com: %(detail)s (%(method)s %(path)s: %(status)s)"
)
CONSENT_ENDED = gettext_noop(
    "%(app)s does not accept the consent any more: it was withdrawn, or not used for 30 days. Click Authorize on the "
    "page Provisioning: %(detail)s (%(method)s %(path)s: %(status)s)"
)
NO_CONSENT_YET = gettext_noop("Nobody has given consent yet. Click Authorize on the page Provisioning.")
NO_CODES = gettext_noop(
    "%(app)s does not let this client sign in by consent. Enable the authorization code and refresh token grants for "
    "the client in GoTo's developer portal: %(detail)s (%(method)s %(path)s: %(status)s)"
)
NO_REFRESH_TOKEN = gettext_noop(
    "The answer of the token address holds no refresh token. Enable the refresh token grant for the client in GoTo's "
    "developer portal."
)
NO_PASSWORDS = gettext_noop(
    "%(app)s does not let this client sign in with a password, which new clients may no longer do: %(detail)s "
    "(%(method)s %(path)s: %(status)s)"
)
NO_PERSONAL_TOKENS = gettext_noop(
    "%(app)s does not let this client sign in with a personal access token. Enable that grant for the client in "
    "GoTo's developer portal: %(detail)s (%(method)s %(path)s: %(status)s)"
)
NO_SUCH_GRANT = gettext_noop(
    "The token address does not know this method of authentication: %(detail)s (%(method)s %(path)s: %(status)s)"
)
SIGN_IN_FAILED = gettext_noop("%(app)s refused the sign-in: %(detail)s (%(method)s %(path)s: %(status)s)")
NO_TOKEN_ADDRESS = gettext_noop("Nobody can sign in at the token address: %(detail)s (%(method)s %(path)s: %(status)s)")
NO_TOKEN = gettext_noop("The answer of the token address holds no access token that can be used.")

# The codes are RFC 6749's (5.2); GoTo's own are known for invalid_client only.
SIGN_IN_ERRORS: Mapping[tuple[str, str], tuple[type[ProvisioningError], str]] = MappingProxyType(
    {
        ("invalid_client", ""): (CredentialsRejected, WRONG_CLIENT),
        ("invalid_grant", PASSWORD): (CredentialsRejected, WRONG_PASSWORD),
        ("invalid_grant", ACCESS_TOKEN): (CredentialsRejected, WRONG_PERSONAL_TOKEN),
        ("invalid_grant", CONSENT): (CredentialsRejected, CONSENT_ENDED),
        ("unauthorized_client", CONSENT): (CredentialsRejected, NO_CODES),
        ("unauthorized_client", PASSWORD): (CredentialsRejected, NO_PASSWORDS),
        ("unauthorized_client", ACCESS_TOKEN): (CredentialsRejected, NO_PERSONAL_TOKENS),
        ("unsupported_grant_type", ""): (SettingsInvalid, NO_SUCH_GRANT),
    }
)
"""What a refusal means: by its code and the method, or by its code alone."""


class GoToSignIn(HttpConnector):
    """Gets access tokens from GoTo's token address by the method that was chosen."""

    settings = SETTINGS
    consent_method = CONSENT
    _given = ""
    """The access token that was given last; when another one is asked for, this one is spent."""

    @property
    def method(self) -> str:
        return self.setting(SIGN_IN)

    @property
    def owner(self) -> str:
        return f"{self.setting('client_id')} {self.setting('token_url')}"

    def sign_in(self) -> Token:
        granted = self._shared() if self.method == CONSENT else self._read_grant(self._ask_for_token(self.grant()))
        return Token.lasting(granted.access_token, granted.seconds)

    def consent_address(self, state: str, challenge: str, redirect_uri: str) -> str:
        asked = {
            "response_type": "code",
            "client_id": self._client_id(),
            "redirect_uri": redirect_uri,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        address = self.setting("authorize_url")
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    def redeem(self, code: str, verifier: str, redirect_uri: str) -> Granted:
        form = {"code": code, "redirect_uri": redirect_uri, **({"code_verifier": verifier} if verifier else {})}
        answer = self._ask_for_token({"grant_type": CONSENT, **form})
        granted = self._read_grant(answer)
        if not granted.refresh_token:
            raise self.error(SettingsInvalid, answer, NO_REFRESH_TOKEN)
        return granted

    def ask(self, form: Mapping[str, str]) -> Answer:
        """Send a form to the token address, with the client beside, and give whatever it answers."""
        client = f"{self._client_id()}:{self.setting('client_secret')}".encode()
        headers = {
            "Authorization": "Basic " + base64.b64encode(client).decode(),
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        return self.exchange(requests.Request("POST", self.setting("token_url"), headers, data=urlencode(form)))

    def grant(self) -> dict[str, str]:
        """The form of a sign-in without a browser."""
        if self.method == ACCESS_TOKEN:
            return {"grant_type": ACCESS_TOKEN, "pat": self.setting("pat").strip()}
        return {"grant_type": PASSWORD, "username": self.setting("username"), "password": self.setting("password")}

    # --- inside

    def _shared(self) -> Granted:
        if self.shared_tokens is None:
            raise CredentialsRejected(say(NO_CONSENT_YET))
        granted = self.shared_tokens.access(self._renew, self.owner, self._given)
        self._given = granted.access_token
        return granted

    def _renew(self, refresh_token: str) -> Granted:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self._read_grant(self._ask_for_token(form))

    def _client_id(self) -> str:
        if not self.setting("client_id"):
            raise SettingsInvalid(say(NO_CLIENT))
        return self.setting("client_id")

    def _ask_for_token(self, grant: Mapping[str, str]) -> Answer:
        """Send a grant. Raises what a refusal means."""
        answer = self.ask(grant)
        if not answer.ok:
            raise self._refused_sign_in(answer)
        return answer

    def _read_grant(self, answer: Answer) -> Granted:
        """The tokens, and how long the access token serves: seconds, which older services wrote as text."""
        data: Any = answer.data if isinstance(answer.data, dict) else {}
        text, refresh, seconds = (data.get(name) for name in ("access_token", "refresh_token", "expires_in"))
        if not isinstance(text, str) or not re.fullmatch(r"[!-~]+", text):
            raise self.error(UnexpectedAnswer, answer, NO_TOKEN)
        return Granted(
            access_token=text,
            refresh_token=refresh if isinstance(refresh, str) else "",
            seconds=float(seconds) if re.fullmatch(r"[0-9]{1,9}", str(seconds)) else None,
        )

    def _refused_sign_in(self, answer: Answer) -> ProvisioningError:
        for key in ((code, method) for code in error_codes(answer.data) for method in (self.method, "")):
            if key in SIGN_IN_ERRORS and answer.status < 500:
                return self.error(SIGN_IN_ERRORS[key][0], answer, SIGN_IN_ERRORS[key][1])
        if answer.status in (400, 401, 403) and answer.is_json:
            return self.error(CredentialsRejected, answer, SIGN_IN_FAILED)
        if answer.status in (404, 405) and answer.is_json:
            return self.error(SettingsInvalid, answer, NO_TOKEN_ADDRESS)
        return self.failure(answer)
