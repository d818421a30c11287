"""Language and time zone: of an account, and the language of a browser in which nobody has signed in yet."""

from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.accounts.language_forms import PreferencesForm
from portal.accounts.models import Account


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """One's own; the browser keeps the language, so that the sign-in page has it as well."""
    form = PreferencesForm(cast(Account, request.user), request.POST)
    response = redirect("account")
    if not form.is_valid():  # no choice of the page: somebody wrote the request by hand
        messages.error(request, _("Nothing was changed"))
        return response
    person = form.save()
    if person.language:
        translation.activate(person.language)
        _keep(response, person.language)
    else:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    messages.success(request, _("Language and time zone were saved"))
    return response


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """From the sign-in page, back to it."""
    asked = {"next": request.POST.get("next", "")}
    response = redirect(f"{reverse('sign-in')}?{urlencode(asked)}")
    wanted = request.POST.get("language", "")
    if wanted in dict(settings.LANGUAGES):
        _keep(response, wanted)
    return response


def _keep(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
        httponly=True,
    )
