"""Signing in to a SCIM application: a token that lasts, OAuth client credentials (RFC 6749, 4.4), or a password."""

import base64
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit, urlunsplit

import requests

from provisioning.connectors.http import HttpConnector
from provisioning.connectors.scim_settings import BASIC, CLIENT, SETTINGS, TOKEN
from provisioning.errors import CredentialsRejected, SettingsInvalid, UnexpectedAnswer
from provisioning.texts import gettext_noop, say
from provisioning.wire.client import Answer, Token
from provisioning.wire.settings import SIGN_IN

NO_ADDRESS = gettext_noop("The Tenant URL is missing.")
NO_TOKEN_ADDRESS = gettext_noop("The address of the token endpoint is missing.")
CLIENT_REFUSED = gettext_noop(
    "The token endpoint does not accept the client: %(detail)s (%(method)s %(path)s: %(status)s)"
)
GRANT_REFUSED = gettext_noop(
    "The token endpoint does not let this client sign in by client credentials: %(detail)s "
    "(%(method)s %(path)s: %(status)s)"
)
NO_TOKENS_THERE = gettext_noop("Nobody can sign in at the token endpoint: %(detail)s (%(method)s %(path)s: %(status)s)")
NO_TOKEN = gettext_noop("The answer of the token endpoint holds no access token that can be used.")
NOT_SENDABLE = gettext_noop("The Secret Token holds spaces or characters that no token has. Enter it again.")

FLAGS = ("aadoptscim062020", "azureadscimpatch2017")
"""What Microsoft's client reads from the end of the Tenant URL, and does not send."""
STANDARD, OLDER = FLAGS


class ScimSignIn(HttpConnector):
    """Knows the address of the application and gets what shows who we are."""

    settings = SETTINGS
    _client_in_body = False
    """Whether the token endpoint wants the client in the form and not in a header; found out once."""

    @property
    def method(self) -> str:
        return self.setting(SIGN_IN)

    @property
    def base_url(self) -> str:
        parts = urlsplit(self.setting("tenant_url"))
        if not parts.netloc:
            raise SettingsInvalid(say(NO_ADDRESS))
        return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))

    @property
    def base_query(self) -> list[tuple[str, str]]:
        """What goes with every request because the Tenant URL has it; Microsoft's flags do not."""
        pairs = parse_qsl(urlsplit(self.setting("tenant_url")).query, keep_blank_values=True)
        return [(name, value) for name, value in pairs if name.casefold() not in FLAGS]

    def has_flag(self, flag: str) -> bool:
        pairs = parse_qsl(urlsplit(self.setting("tenant_url")).query, keep_blank_values=True)
        return flag in [name.casefold() for name, _ in pairs]

    @property
    def signed_in_as(self) -> str:
        """Who we are, as far as it is known without asking: with a token, whose it is nobody tells."""
        named = {CLIENT: "client_id", BASIC: "username"}.get(self.method)
        return self.setting(named) if named else urlsplit(self.base_url).netloc

    def sign_in(self) -> Token:
        if self.method == CLIENT:
            return self._granted(self._ask_for_token())
        if self.method == BASIC:
            return Token(_basic(self.setting("username"), self.setting("password")))
        token = self.setting("token").strip()
        if not re.fullmatch(r"[!-~]*", token):
            raise SettingsInvalid(say(NOT_SENDABLE))
        return Token(token)

    def authorization(self, token: Token) -> Mapping[str, str]:
        if not token.text:
            return {}
        return {"Authorization": f"{'Basic' if self.method == BASIC else 'Bearer'} {token.text}"}

    def is_token_spent(self, answer: Answer) -> bool:
        """Only where another one can be got."""
        return answer.status == 401 and self.method == CLIENT

    # --- inside

    def _ask_for_token(self) -> Answer:
        """The client goes into a header as RFC 6749, 2.3.1, prefers it, and into the form where that is refused."""
        answer = self._send_grant(in_body=self._client_in_body)
        if answer.status in (400, 401) and not self._client_in_body and _code(answer) in ("invalid_client", ""):
            second = self._send_grant(in_body=True)
            if second.ok:
                self._client_in_body, answer = True, second
        if not answer.ok:
            raise self._refused(answer)
        return answer

    def _send_grant(self, *, in_body: bool) -> Answer:
        if not self.setting("token_url"):
            raise SettingsInvalid(say(NO_TOKEN_ADDRESS))
        client, secret = self.setting("client_id"), self.setting("client_secret")
        form = {"grant_type": "client_credentials"}
        form |= {"scope": self.setting("scope")} if self.setting("scope") else {}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        if in_body:
            form |= {"client_id": client, "client_secret": secret}
        else:
            headers["Authorization"] = "Basic " + _basic(quote_plus(client), quote_plus(secret))
        return self.exchange(requests.Request("POST", self.setting("token_url"), headers, data=urlencode(form)))

    def _refused(self, answer: Answer) -> Exception:
        if answer.status in (400, 401, 403) and answer.is_json:
            is_client = _code(answer) in ("invalid_client", "") or answer.status == 401
            return self.error(CredentialsRejected, answer, CLIENT_REFUSED if is_client else GRANT_REFUSED)
        if answer.status in (404, 405):
            return self.error(SettingsInvalid, answer, NO_TOKENS_THERE)
        return self.failure(answer)

    def _granted(self, answer: Answer) -> Token:
        data: Any = answer.data if isinstance(answer.data, dict) else {}
        text, seconds = data.get("access_token"), str(data.get("expires_in"))
        if not isinstance(text, str) or not re.fullmatch(r"[!-~]+", text):
            raise self.error(UnexpectedAnswer, answer, NO_TOKEN)
        return Token.lasting(text, float(seconds) if re.fullmatch(r"[0-9]{1,9}", seconds) else None)


def _basic(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def _code(answer: Answer) -> str:
    code = answer.data.get("error") if isinstance(answer.data, dict) else ""
    return code if isinstance(code, str) else ""


__all__ = ["BASIC", "CLIENT", "OLDER", "STANDARD", "TOKEN", "ScimSignIn"]
