"""The grants of the token endpoint: each says who signed in, for which scope, and with which refresh token."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.hashers import check_password
from django.http import QueryDict

from provisioning.sandbox import codes, tokens
from provisioning.sandbox.models import Client, Token, User
from provisioning.sandbox.strictness import STRICTNESS


class NotGranted(Exception):
    """Answered with the error object of RFC 6749 section 5.2."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(error)
        self.status, self.error, self.description = status, error, description


@dataclass(frozen=True)
class Granted:
    """`refresh_token` is empty when none comes with this grant."""

    user: User
    scope: str
    refresh_token: str = ""


Grant = Callable[[Client, QueryDict], Granted]


def chosen(client: Client, name: str) -> Grant:
    """The grant of this name. `NotGranted` when there is none or the client may not use it."""
    if name not in GRANTS:  # assumed(grant-refusals): the answer of RFC 6749
        raise NotGranted(400, "unsupported_grant_type", "grant type not supported")
    closed = name == "password" and not STRICTNESS.password_grant
    if closed or name not in client.grants:
        # assumed(grant-refusals): what a client registered after the cut-off date is told
        raise NotGranted(400, "unauthorized_client", "client may not use this grant type")
    return GRANTS[name]


def person(username: str, password: str) -> User | None:
    """Who signs in with this password, if it is right."""
    user = User.objects.select_related("account").filter(email_folded=username.casefold()).first()
    if user is None or not user.password or not check_password(password, user.password):
        return None
    return user


def _by_password(client: Client, form: QueryDict) -> Granted:
    user = person(form.get("username", ""), form.get("password", ""))
    if user is None:
        # assumed(invalid-grant): 400 as RFC 6749 has it; no answer to a wrong password was recorded
        raise NotGranted(400, "invalid_grant", "invalid username or password")
    return _first(client, user, client.scope)


def _by_code(client: Client, form: QueryDict) -> Granted:
    if not form.get("code"):
        raise NotGranted(400, "invalid_request", "code is missing")
    code = codes.use(client, form.get("code", ""), form.get("redirect_uri", ""), form.get("code_verifier", ""))
    if code is None:  # assumed(invalid-grant): the same for a used code, another address and a wrong verifier
        raise NotGranted(400, "invalid_grant", "invalid authorization code")
    return _first(client, code.user, code.scope)


def _by_personal_token(client: Client, form: QueryDict) -> Granted:
    personal = codes.personal(form.get("pat", ""))
    if personal is None:
        raise NotGranted(400, "invalid_grant", "invalid personal access token")
    if set(personal.scope.split()) - set(client.scope.split()):
        # assumed(pat-scope): that the scopes must be enabled on the client is documented, the answer is not
        raise NotGranted(400, "invalid_scope", "scope not enabled for this client")
    # assumed(pat-answer): the answer is that of the other grants, with a refresh token
    if not STRICTNESS.pat_brings_refresh_token:
        return Granted(personal.user, personal.scope)
    return _first(client, personal.user, personal.scope)


def _by_refresh_token(client: Client, form: QueryDict) -> Granted:
    """By default a new refresh token comes only when most of the old one's life has passed."""
    held = tokens.find(Token.Kind.REFRESH, form.get("refresh_token", ""))
    if held is None or held.client != client:
        raise NotGranted(400, "invalid_grant", "invalid refresh token")
    is_renewed = {"aged": tokens.is_aged(held), "always": True, "never": False}[STRICTNESS.refresh_tokens]
    if not is_renewed:
        return Granted(held.user, held.scope)
    # assumed(replaced-refresh-token): the old one stays valid until it expires
    if STRICTNESS.replaced_refresh_tokens_end:
        held.delete()
    return _first(client, held.user, held.scope)


def _first(client: Client, user: User, scope: str) -> Granted:
    return Granted(user, scope, tokens.issue(Token.Kind.REFRESH, client, user, scope))


GRANTS: dict[str, Grant] = {
    "password": _by_password,
    "authorization_code": _by_code,
    "refresh_token": _by_refresh_token,
    "personal_access_token": _by_personal_token,
}
