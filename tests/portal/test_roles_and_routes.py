"""Every route lets in whom it should, by GET and by POST, and nobody else; one that nobody declared lets in nobody."""

import re
import uuid
from collections.abc import Callable, Iterator, Mapping

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, clear_url_caches, get_resolver, path
from pytest_django import Settings

from portal import urls
from portal.accounts.access import PUBLIC
from portal.accounts.models import Role
from provisioning.api.routes import all_routes
from provisioning.choices import ApiScope
from provisioning.models import EnterpriseApplication
from tests.factories import make_account, make_application, make_owner
from tests.portal.roles_and_routes import ROLES_AND_ROUTES

pytestmark = pytest.mark.django_db
REACHED = 299
"""What the view itself would have been asked to answer."""
EXAMPLES = {"int": "1", "uuid": str(uuid.UUID(int=7)), "slug": "users", "str": "contoso", "path": "users"}


class InsteadOfViews:
    """Answers in place of every view, behind all that could refuse."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse:
        return HttpResponse(status=REACHED)


def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, str]]:
    """Name and address, with the arguments in angle brackets, of every route there is."""
    for each in patterns:
        here = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, here)
        else:
            yield each.name or f"a route without a name: {here}", here


ROUTES = sorted(set(routes(get_resolver().url_patterns)))


def address(pattern: str, application_id: uuid.UUID) -> str:
    """An address that the pattern matches, of this application."""
    if pattern.startswith("^"):
        return "/graph/v1.0/users"
    text = pattern.replace("<uuid:application_id>", str(application_id))
    return "/" + re.sub(r"<(\w+):\w+>", lambda match: EXAMPLES[match[1]], text)


@pytest.fixture
def application_id(settings: Settings) -> uuid.UUID:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.InsteadOfViews"]
    return make_application().application_id


@pytest.fixture
def people(application_id: uuid.UUID) -> Mapping[str, Client]:
    """A browser for each letter of the table."""
    application = EnterpriseApplication.objects.get()
    accounts = {
        "A": make_account(Role.APPLICATION_ADMINISTRATOR),
        "C": make_account(Role.CLOUD_APPLICATION_ADMINISTRATOR),
        "R": make_account(Role.REPORTS_READER),
        "O": make_owner(application),
        "S": make_owner(make_application()),
    }
    clients = {letter: Client() for letter in "ACROSX"}
    for letter, account in accounts.items():
        clients[letter].force_login(account)
    return clients


def test_the_table_holds_every_route_and_no_other() -> None:
    assert {name for name, _pattern in ROUTES} == set(ROLES_AND_ROUTES)


def test_every_route_is_declared_and_nothing_else() -> None:
    assert {name for name, _pattern in ROUTES} == set(urls.access)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_route_lets_in_whom_it_should(
    people: Mapping[str, Client], application_id: uuid.UUID, method: str
) -> None:
    wrong = []
    for name, pattern in ROUTES:
        url = address(pattern, application_id)
        wanted = ROLES_AND_ROUTES[name][0 if method == "GET" else 1]
        for letter, client in people.items():
            status = client.generic(method, url).status_code
            refused = 302 if letter == "X" else 403
            if status != (REACHED if letter in wanted else refused):
                wrong.append(f"{method} {url} ({name}) by {letter}: {status}")

    assert wrong == []


def test_what_is_public_is_exactly_what_needs_no_session() -> None:
    open_ = {name for name, rule in urls.access.items() if rule.reads is PUBLIC}

    assert open_ == {name for name, (get, _post) in ROLES_AND_ROUTES.items() if "X" in get}


def test_a_route_that_nobody_declared_is_refused_to_everybody(
    people: Mapping[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    new = path("forgotten/", lambda request: HttpResponse(), name="forgotten")
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, new])
    clear_url_caches()
    try:
        found = {letter: people[letter].get("/forgotten/").status_code for letter in "ACROS"}
    finally:
        monkeypatch.undo()
        clear_url_caches()

    assert set(found.values()) == {403}


def test_programs_that_may_only_read_change_nothing() -> None:
    """What a program may manage, a Cloud Application Administrator may: no accounts, registrations or source."""
    changing = [each for each in all_routes() if each.method != "GET" and each.path != "/$batch"]  # asks for each part

    assert [each.path for each in changing if each.scope != ApiScope.MANAGE] == []
    parts = {each.path.strip("/").partition("/")[0] for each in changing}
    assert parts <= {"applications", "applicationTemplates", "directory", "groups", "servicePrincipals", "users"}
