"""App registrations: programs that may call the API, their secrets and certificates."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.models import Account
from provisioning.choices import ApiScope, CredentialKind
from provisioning.forms.app_registrations import SCOPES, NewCertificate, NewRegistration, NewSecret
from provisioning.jobs import api_clients
from provisioning.models import ApiClient, ApiCredential, Directory
from provisioning.models.api_client import SOON
from provisioning.views.answers import SeeOther

PAGE = {"page": "app-registrations"}


@require_safe
def app_registrations(request: HttpRequest) -> HttpResponse:
    return render(request, "provisioning/app_registrations.html", _list())


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The pane over the list; the new registration then asks for its first secret."""
    form = NewRegistration(request.POST or None)
    if form.is_valid():
        try:
            client = api_clients.register(
                form.cleaned_data["name"], ApiScope(form.cleaned_data["scope"]), _who(request)
            )
        except api_clients.NameRefused as refused:
            form.add_error("name", str(refused))
        else:
            text = _("Add a secret or a certificate, so that it can sign in.")
            messages.success(request, f"{_('%(name)s was registered') % {'name': client}}\n{text}")
            return SeeOther(_page_of(client))
    status = 422 if form.is_bound else 200
    return render(request, "provisioning/new_app_registration.html", _list() | {"form": form}, status=status)


@require_safe
def app_registration(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    return render(request, "provisioning/app_registration.html", _one(_client(client_id)))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_secret(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    """The pane; after its POST the page itself, with the secret for this once."""
    client = _client(client_id)
    form = NewSecret(request.POST or None)
    if form.is_valid():
        made = api_clients.add_secret(client, form.cleaned_data["label"], form.lifetime, _who(request), timezone.now())
        return render(request, "provisioning/app_registration.html", _one(client) | {"made": made})
    context = _one(client) | {"form": form, "title": _("New client secret")}
    return _pane(request, "add_credential", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_certificate(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    client = _client(client_id)
    form = NewCertificate(request.POST or None)
    if form.is_valid():
        found = form.cleaned_data
        try:
            api_clients.add_certificate(client, found["pem"], found["label"], _who(request), timezone.now())
        except api_clients.CertificateRefused as refused:
            form.add_error("pem", _(str(refused)))
        else:
            messages.success(request, _("The certificate was added"))
            return SeeOther(_page_of(client))
    context = _one(client) | {"form": form, "title": _("New certificate")}
    return _pane(request, "add_credential", context)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_credential(request: HttpRequest, client_id: uuid.UUID, key_id: uuid.UUID) -> HttpResponse:
    """The question first. A second click finds it gone, and says so."""
    client = _client(client_id)
    row = client.credentials.filter(key_id=key_id).first()
    if row is None:
        messages.info(request, _("It was removed already"))
        return SeeOther(_page_of(client))
    if request.method == "POST":
        api_clients.remove_credential(row, _who(request))
        messages.success(request, f"{_('It was removed')}\n{_('Nobody can sign in with it any more.')}")
        return SeeOther(_page_of(client))
    return _pane(request, "remove_credential", _one(client) | {"row": row, "is_secret": _is_secret(row)})


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    client = _client(client_id)
    if request.method == "POST":
        api_clients.remove(client, _who(request))
        messages.success(request, _("%(name)s was deleted") % {"name": client})
        return SeeOther(reverse("app-registrations"))
    return _pane(request, "delete_app_registration", _one(client))


def _pane(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, f"provisioning/{name}.html", context, status=status)


def _who(request: HttpRequest) -> Account | None:
    return request.user if isinstance(request.user, Account) else None


def _client(client_id: uuid.UUID) -> ApiClient:
    return get_object_or_404(ApiClient, client_id=client_id)


def _page_of(client: ApiClient) -> str:
    return reverse("app-registration", args=[client.client_id])


def _is_secret(row: ApiCredential) -> bool:
    return row.kind == CredentialKind.PHRASE


def _list() -> dict[str, Any]:
    rows = ApiClient.objects.annotate(keys=Count("credentials"), first_end=Min("credentials__expires_at"))
    return PAGE | {"rows": rows, "now": timezone.now(), "soon": timezone.now() + SOON}


def _one(client: ApiClient) -> dict[str, Any]:
    rows = list(client.credentials.all())
    return PAGE | {
        "heading": client.display_name,
        "client": client,
        "permission": dict(SCOPES)[client.scope],
        "secrets": [each for each in rows if _is_secret(each)],
        "certificates": [each for each in rows if not _is_secret(each)],
        "now": timezone.now(),
        "soon": timezone.now() + SOON,
        "authority": f"{settings.PORTAL_ADDRESS}/{Directory.objects.the_one().tenant_id}",
        "api": f"{settings.PORTAL_ADDRESS}/graph/v1.0",
    }
