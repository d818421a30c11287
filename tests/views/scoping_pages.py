"""What the tests of the scoping filter pages share: addresses, filters, and what a browser sends."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

from provisioning.models import ObjectMapping, ScopingFilterRow
from tests.factories import make_administrator
from tests.html_forms import fields_of

HTMX = {"HX-Request": "true"}
SALES = {"attribute": "department", "operator": "EQUALS", "value": "Sales"}
SWISS = {"attribute": "country", "operator": "EQUALS", "value": "CH"}
HAS_MAIL = {"attribute": "mail", "operator": "IS NOT NULL", "value": ""}


def make_filter(mapping: ObjectMapping, *clauses: dict[str, str], title: str = "Staff") -> ScopingFilterRow:
    return ScopingFilterRow.objects.create(mapping=mapping, title=title, clauses=list(clauses))


def address(mapping: ObjectMapping, page: str = "") -> str:
    return f"/applications/{mapping.job.application.application_id}/scoping/users/{page}"


def typed(number: int, clause: dict[str, str]) -> dict[str, str]:
    """The fields of one clause."""
    return {f"clause-{number}-{part}": value for part, value in clause.items()}


def form_of(response: Any, **edits: Any) -> dict[str, str]:
    """The fields of the form on a page, edited."""
    return fields_of(response.content.decode(), "edit", **edits)


def send(client: Client, url: str, **edits: Any) -> HttpResponse:
    """Open the page, edit its form and press OK, or the button that is among the edits."""
    return client.post(url, form_of(client.get(url), **edits))


def mia_saves(url: str, **edits: str) -> None:
    """Somebody else saves the same filter."""
    mia = Client()
    mia.force_login(make_administrator(display_name="Mia Chen"))
    assert send(mia, url, **edits).status_code == 303
