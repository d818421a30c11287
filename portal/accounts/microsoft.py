"""Signing in with Microsoft: msal's authorization code flow with PKCE, state and nonce; and whose account it is."""

import time
import uuid
import warnings
from collections.abc import Mapping
from functools import cache
from typing import Any

import msal
import requests
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.accounts.audit import record
from portal.accounts.models import Account, Role

PUBLIC_CLOUD = "https://login.microsoftonline.com"
TIMEOUT = 15
SKEW = 300
"""Seconds by which clocks may differ."""


class Wire(requests.Session):
    """Reads nothing from the environment, neither proxies nor bundles of certificates, and waits only so long."""

    def __init__(self, ca_file: str) -> None:
        super().__init__()
        self.trust_env = False
        self.verify = ca_file or True

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        return super().request(*args, **{"timeout": TIMEOUT, **kwargs})


class SignInRefused(Exception):
    """Microsoft or the portal says no, in words for the person; `told` is what the log gets."""

    def __init__(self, words: str, told: str = "") -> None:
        super().__init__(words)
        self.told = told or words


def is_configured() -> bool:
    return bool(settings.PORTAL_MICROSOFT_TENANT and settings.PORTAL_MICROSOFT_CLIENT_ID)


def begin(redirect_uri: str) -> dict[str, Any]:
    """The flow: where the browser goes (`auth_uri`), and what the session has to keep for the way back.

    Raises SignInRefused.
    """
    try:
        with warnings.catch_warnings():
            # A form posted from Microsoft's pages would come without our SameSite cookie; PKCE guards the code.
            warnings.filterwarnings("ignore", "response_mode='form_post'", UserWarning)
            return dict(_client().initiate_auth_code_flow([], redirect_uri=redirect_uri, prompt="select_account"))
    except (requests.RequestException, ValueError, msal.exceptions.MsalError) as error:
        raise SignInRefused(_("Microsoft cannot be reached at the moment. Try again later."), str(error)) from error


def finish(flow: Mapping[str, Any], answer: Mapping[str, str]) -> Account:
    """The account of whoever comes back with this answer; msal checks state, nonce and challenge, and the
    token comes straight from Microsoft by https; for whom it is and until when is checked here, as msal does not.

    Raises SignInRefused.
    """
    if not flow:
        raise SignInRefused(_("This sign-in was not begun in this browser, or took too long. Try again."))
    try:
        result = _client().acquire_token_by_auth_code_flow(dict(flow), dict(answer))
    except (requests.RequestException, msal.exceptions.MsalError) as error:
        raise SignInRefused(_("Microsoft cannot be reached at the moment. Try again later."), str(error)) from error
    except (ValueError, RuntimeError) as error:
        raise SignInRefused(_("Microsoft's answer does not belong to this sign-in. Try again."), str(error)) from error
    if "id_token_claims" not in result:
        raise SignInRefused(_reason(result), f"{result.get('error')}: {result.get('error_description')}")
    return _account_of(result["id_token_claims"])


def _reason(result: Mapping[str, Any]) -> str:
    if result.get("error") == "access_denied":
        return _("The sign-in was cancelled, or Microsoft does not let you use this portal.")
    first = str(result.get("error_description") or result.get("error") or "").partition(" Trace ID")[0]
    return _("Microsoft refused the sign-in: %(reason)s") % {"reason": first.splitlines()[0] if first else "?"}


@transaction.atomic
def _account_of(claims: Mapping[str, Any]) -> Account:
    """By object id; the first time by the user principal name that an administrator noted."""
    if claims.get("aud") != settings.PORTAL_MICROSOFT_CLIENT_ID or float(claims.get("exp") or 0) < time.time() - SKEW:
        raise SignInRefused(_("Microsoft's answer does not belong to this sign-in. Try again."), "wrong aud or exp")
    if not _is_uuid(str(claims.get("oid"))):
        raise SignInRefused(_("Microsoft did not say who you are (the claim oid is missing)."))
    id_ = uuid.UUID(claims["oid"])
    name = str(claims.get("preferred_username") or "").lower()
    accounts = Account.objects.select_for_update()
    tenant = settings.PORTAL_MICROSOFT_TENANT.lower()
    if _is_uuid(tenant) and str(claims.get("tid")).lower() != tenant:
        raise SignInRefused(_("You signed in to another organization than this portal belongs to."))
    account = accounts.filter(microsoft_id=id_).first()
    if account is None and name:
        account = accounts.filter(principal_name=name, microsoft_id=None).first()
    if account is None:
        told = _("%(name)s has no account in this portal. An Application Administrator can add one.")
        raise SignInRefused(told % {"name": name or id_})
    if not account.is_active:
        raise SignInRefused(_("Your account in this portal is disabled."), f"{account.username} is disabled")
    _note(account, id_, claims)
    return account


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _note(account: Account, id_: uuid.UUID, claims: Mapping[str, Any]) -> None:
    """The id for the next time, and the role that Microsoft's app roles give, where these are mapped."""
    old = {"Role": account.role, "Microsoft object ID": account.microsoft_id}
    account.microsoft_id = id_
    account.role = _role(claims) or account.role
    new = {"Role": account.role, "Microsoft object ID": account.microsoft_id}
    if new != old:
        account.save(update_fields=["role", "microsoft_id"])
        record(account, gettext_noop("Take over from Microsoft"), account.username, old, new)


def _role(claims: Mapping[str, Any]) -> Role | None:
    """The most powerful of the mapped app roles. None where nothing is mapped: then the role is set in the portal.

    Where roles are mapped but the token holds none of them, nobody keeps a role that was taken away.
    """
    mapped: Mapping[str, str] = settings.PORTAL_MICROSOFT_ROLES
    if not mapped:
        return None
    held = {mapped[each] for each in claims.get("roles") or [] if each in mapped}
    return next((role for role in Role if role.value in held), Role.NONE)


def _client() -> msal.ConfidentialClientApplication:
    given = ("TENANT", "CLIENT_ID", "CLIENT_SECRET", "AUTHORITY", "CA_FILE")
    return _made(*(getattr(settings, f"PORTAL_MICROSOFT_{name}") for name in given))


@cache
def _made(tenant: str, client_id: str, secret: str, authority: str, ca_file: str) -> msal.ConfidentialClientApplication:
    """Only the given authority is asked: no discovery at Microsoft's."""
    return msal.ConfidentialClientApplication(
        client_id,
        client_credential=secret or None,
        authority=f"{authority or PUBLIC_CLOUD}/{tenant}",
        instance_discovery=False,
        http_client=Wire(ca_file),
    )
