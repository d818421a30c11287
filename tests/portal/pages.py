"""A site map with the frame's pages only, so that these tests need no page of the domain."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import Engine, RequestContext
from django.urls import URLPattern, include, path

from portal import views
from portal.accounts.access import OPEN, ROUTES, SIGNED_IN
from provisioning.models import EnterpriseApplication
from provisioning.navigation import GLOBAL_MENU, Menu, application_menu

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error


class Settings(forms.Form):
    name = forms.CharField(label="Name")
    notify = forms.BooleanField(label="Notify", required=False)


FORM = Engine.get_default().from_string(
    """
{% extends "shell/base.html" %}
{% block commands %}{% commandbar form="edit" %}
  {% command "Save" icon="save" form="edit" id="save" %}{% command "Discard" open="discard-dlg" id="discard" %}
{% endcommandbar %}{% endblock %}
{% block content %}
  <form id="edit" method="post" data-guard novalidate>{% csrf_token %}{% form_errors form %}
    {% field form.name %}{% field form.notify %}
    {% button "Test Connection" hx_post="/save/" hx_target="#result" %}{% button "Break" hx_get="/crash/" %}
    <div id="result"></div>
  </form>
{% endblock %}
{% block dialogs %}
  {% dialog "discard-dlg" "Discard?" confirm="Discard changes" reset="edit" %}{% enddialog %}
{% endblock %}
""".strip()
)
PANE = Engine.get_default().from_string(
    """
{% extends "shell/base.html" %}
{% block dialogs %}{% pane "create" "Create" close="/users/" %}<p>Here.</p>{% endpane %}{% endblock %}
""".strip()
)


def form(request: HttpRequest) -> HttpResponse:
    settings = Settings(request.POST or None, initial={"name": "One"})
    if settings.is_valid():
        messages.success(request, f"{settings.cleaned_data['name']} is saved")
        return redirect("form")
    context = RequestContext(request, {"page": "users", "form": settings})
    return HttpResponse(FORM.render(context), status=422 if settings.is_bound else 200)


def pane(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PANE.render(RequestContext(request, {"page": "users"})))


def page(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return render(request, "shell/base.html", {"page": "users"})


def save(request: HttpRequest) -> HttpResponse:
    messages.success(request, "Saved\nFrom now on.")
    return redirect("users") if "away" in request.GET else HttpResponse("part")


@login_not_required
def crash(request: HttpRequest) -> HttpResponse:
    raise {"403": PermissionDenied("Ask Rosa."), "400": SuspiciousOperation()}.get(
        request.GET.get("as", ""), RuntimeError("secret of the machine room")
    )


def names(menu: Menu) -> list[str]:
    """What a menu leads to, beside the pages that this site map has anyway."""
    found = [entry.url_name for group in menu.groups for entry in group.entries]
    return [name for name in found if name not in ("applications", "application", "users")]


NAMES = ["new-application", "search", "keep-menu", *names(GLOBAL_MENU)]
OF_ONE = ["held", *names(application_menu(EnterpriseApplication(display_name="Any", gallery_key="scim")))]
urlpatterns = [
    path("", include("portal.accounts.urls")),
    path("healthz", views.health, name="health"),
    path("", page, name="home"),
    path("applications/", page, name="applications"),
    path("users/", page, name="users"),
    path("applications/<uuid:application_id>/", page, name="application"),
    path("form/", form, name="form"),
    path("pane/", pane, name="pane"),
    path("save/", save, name="save"),
    path("crash/", crash, name="crash"),
    *[path(f"{name}/", page, name=name) for name in NAMES],
    *[path(f"applications/<uuid:application_id>/{name}/", page, name=name) for name in OF_ONE],
]
_OWN = [each.name for each in urlpatterns if isinstance(each, URLPattern)]
access = {**dict.fromkeys(_OWN, SIGNED_IN), **ROUTES, "crash": OPEN, "health": OPEN}
