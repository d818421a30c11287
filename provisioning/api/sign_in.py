"""Where programs sign in: the token endpoint of Microsoft's identity platform, for client credentials."""

import base64
import binascii
import math
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from portal.accounts.addresses import client_address
from portal.accounts.models import SignInAttempt
from provisioning.api import assertions
from provisioning.api.authentication import LIFE, is_ours, issue
from provisioning.api.moments import as_text
from provisioning.api.refused import Refused
from provisioning.choices import CredentialKind
from provisioning.jobs.api_clients import attempts_of, digest_of
from provisioning.models import ApiClient, ApiCredential, Directory

DEFAULT = "/.default"
FORM = "application/x-www-form-urlencoded"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@csrf_exempt  # the secret in the form is what opens, never a cookie
@login_not_required
@never_cache
@sensitive_post_parameters("client_secret", "client_assertion")
def token(request: HttpRequest, tenant: str) -> HttpResponse:
    """An access token for a client that proves who it is."""
    try:
        credential = _sign_in(request, tenant)
    except Refused as refused:
        return _told(refused, request.headers.get("client-request-id", ""))
    seconds = int(LIFE.total_seconds())
    body = {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": issue(credential)}
    return JsonResponse(body)


def _sign_in(request: HttpRequest, tenant: str) -> ApiCredential:
    """The credential that was proved. Raises Refused."""
    if request.method != "POST":
        said = _("The endpoint only accepts POST requests. Received a %(method)s request.")
        headers = {"Allow": "POST"}
        raise Refused("invalid_request", 900561, said % {"method": request.method}, status=405, headers=headers)
    if not is_ours(Directory.objects.the_one(), tenant):
        said = _("Tenant '%(tenant)s' not found.") % {"tenant": tenant[:80]}
        raise Refused("invalid_request", 90002, said)
    form = _form(request)
    if form.get("grant_type") != "client_credentials":
        said = _("The app requested an unsupported grant type '%(type)s'.") % {"type": form.get("grant_type", "")[:80]}
        raise Refused("unsupported_grant_type", 70003, said)
    if not form.get("scope", "").strip().endswith(DEFAULT):
        said = _(
            "The provided value for scope %(scope)s is not valid. Client credential flows must have a scope value "
        )
        said += _("with /.default suffixed to the resource identifier.")
        raise Refused("invalid_scope", 1002012, said % {"scope": form.get("scope", "")[:200]})
    client = _client(form.get("client_id", ""))
    return _proved(request, client, form)


def _proved(request: HttpRequest, client: ApiClient, form: Mapping[str, str]) -> ApiCredential:
    """Too many wrong secrets from one address, and the next is not even looked at for a while."""
    who, address, now = attempts_of(client.client_id), client_address(request), timezone.now()
    if until := SignInAttempt.objects.refused_until(who, address, now):
        seconds = max(1, math.ceil((until - now).total_seconds()))
        said = _("Too many failed sign-ins of this application. Try again later, or add a new secret to it.")
        raise Refused("temporarily_unavailable", 90055, said, status=429, headers={"Retry-After": str(seconds)})
    try:
        found = _by_assertion(request, client, form) if "client_assertion" in form else _by_secret(client, form)
    except Refused:
        SignInAttempt.objects.note(who, address)
        raise
    ApiCredential.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


def _by_assertion(request: HttpRequest, client: ApiClient, form: Mapping[str, str]) -> ApiCredential:
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise Refused("invalid_request", 900144, _("The request body must contain a known 'client_assertion_type'."))
    return assertions.prove(client, form["client_assertion"], request.build_absolute_uri(request.path))


def _by_secret(client: ApiClient, form: Mapping[str, str]) -> ApiCredential:
    secret = form.get("client_secret", "")
    if not secret:
        said = _("The request body must contain the following parameter: 'client_assertion' or 'client_secret'.")
        raise Refused("invalid_client", 7000216, said)
    digest, now = digest_of(secret), timezone.now()
    for each in client.credentials.filter(kind=CredentialKind.PHRASE):
        if constant_time_compare(each.digest, digest):
            if each.expires_at > now:
                return each
            raise Refused("invalid_client", 7000222, _("The provided client secret keys are expired."))
    said = _("Invalid client secret provided. Send the secret itself, not its ID, of the app '%(id)s'.")
    raise Refused("invalid_client", 7000215, said % {"id": client.client_id})


def _client(client_id: str) -> ApiClient:
    try:
        found = ApiClient.objects.filter(client_id=uuid.UUID(client_id)).first()
    except ValueError:
        found = None
    if found is None:
        said = _("Application with identifier '%(id)s' was not found in the directory.") % {"id": client_id[:80]}
        raise Refused("unauthorized_client", 700016, said)
    return found


def _form(request: HttpRequest) -> Mapping[str, str]:
    """The fields of the form; the client may also name itself in the header, as OAuth allows."""
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != FORM:
        raise Refused("invalid_request", 900144, _("The request body must be a form (%(type)s).") % {"type": FORM})
    try:
        form = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    except (SuspiciousOperation, UnreadablePostError):
        raise Refused("invalid_request", 900144, _("The request body is too large.")) from None
    if any("\0" in value for value in form.values()):
        raise Refused("invalid_request", 900144, _("The request holds a character that cannot be."))
    return {**form, **_basic(request.headers.get("Authorization", ""))}


def _basic(header: str) -> dict[str, str]:
    scheme, _space, rest = header.partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        name, colon, secret = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        colon = ""
    if not colon:
        raise Refused("invalid_client", 7000216, _("The Authorization header is no user name and password."))
    return {"client_id": unquote_plus(name), "client_secret": unquote_plus(secret)}


def _told(refused: Refused, correlation: str) -> HttpResponse:
    """As the identity platform tells it: a word, a sentence with a number, and ids to ask about it."""
    trace, now = str(uuid.uuid4()), as_text(timezone.now())
    correlation = correlation if len(correlation) == 36 else trace
    description = (
        f"AADSTS{refused.number}: {refused.said} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {now}"
    )
    body: dict[str, Any] = {
        "error": refused.word,
        "error_description": description,
        "error_codes": [refused.number],
        "timestamp": now,
        "trace_id": trace,
        "correlation_id": correlation,
    }
    response = JsonResponse(body, status=refused.status)
    for name, value in refused.headers.items():
        response[name] = value
    return response
