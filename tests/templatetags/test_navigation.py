"""The frame's parts that follow from `page`, `application`, `heading` and `trail`."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory

from provisioning.models import EnterpriseApplication
from provisioning.navigation import GLOBAL_MENU, application_menu, shell

pytestmark = pytest.mark.urls("tests.portal.pages")
GOTO = EnterpriseApplication(display_name="Citrix <GoTo>", gallery_key="citrix_gotomeeting")


def draw(tag: str, **context: Any) -> str:
    return Template("{% load navigation %}" + tag).render(Context(context))


def links(drawn: str) -> list[str]:
    return re.findall(r">([^<]+)</a>", drawn)


def here(drawn: str) -> list[str]:
    return re.findall(r'<span aria-current="page">([^<]+)</span>', drawn)


def test_the_page_is_marked_in_its_menu() -> None:
    drawn = draw("{% service_menu %}", page="logs", application=GOTO)

    assert drawn.count('aria-current="page"') == 1
    assert f'href="/applications/{GOTO.application_id}/logs/" aria-current="page"' in drawn
    assert 'aria-label="Citrix &lt;GoTo&gt;"' in drawn


def test_failures_are_counted_in_the_menu() -> None:
    drawn = draw("{% service_menu %}", page="application", application=GOTO, menu_counts=lambda _: {"logs": 1204})

    assert "99+" in drawn
    assert 'class="count' not in draw("{% service_menu %}", page="application", application=GOTO)


@pytest.mark.parametrize(
    ("context", "before", "current"),
    [
        ({"page": "applications"}, ["Home"], "Enterprise applications"),
        (
            {"page": "applications", "heading": "New application"},
            ["Home", "Enterprise applications"],
            "New application",
        ),
        ({"page": "users"}, ["Home"], "Users"),
        ({"page": "users", "heading": "Ana Sjö"}, ["Home", "Users"], "Ana Sjö"),
        ({"page": "all-logs"}, ["Home", "Enterprise applications"], "Provisioning logs"),
        ({"heading": "Your account"}, ["Home"], "Your account"),
    ],
)
def test_the_breadcrumb_tells_the_way(context: dict[str, str], before: list[str], current: str) -> None:
    drawn = draw("{% crumbs %}", **context)

    assert (links(drawn), here(drawn)) == (before, [current])


@pytest.mark.parametrize(
    ("context", "before", "current"),
    [
        ({"page": "application"}, [], "Overview"),
        ({"page": "mappings"}, [], "Attribute mapping"),
        ({"page": "mappings", "heading": "Edit Attribute"}, ["Attribute mapping"], "Edit Attribute"),
        ({"page": "application", "heading": "Cycles"}, [], "Cycles"),
        (
            {"page": "mappings", "heading": "Edit Attribute", "trail": [("Users", "/u/")]},
            ["Attribute mapping", "Users"],
            "Edit Attribute",
        ),
    ],
)
def test_pages_of_an_application_hang_below_it(context: dict[str, Any], before: list[str], current: str) -> None:
    drawn = draw("{% crumbs %}", application=GOTO, **context)

    assert links(drawn) == ["Home", "Enterprise applications", "Citrix &lt;GoTo&gt;", *before]
    assert here(drawn) == [current]


def test_the_heading_names_the_application_and_the_page() -> None:
    drawn = draw("{% page_title %}", page="provisioning", application=GOTO)

    assert re.search(r"<h1>Citrix &lt;GoTo&gt; .*Provisioning</span></h1>", drawn)
    assert "Enterprise application<" in drawn
    assert re.search(r"<h1>Users</h1>", draw("{% page_title %}", page="users"))


def test_the_tab_of_the_browser_names_both() -> None:
    assert draw("{% document_title %}", page="logs", application=GOTO) == "Citrix &lt;GoTo&gt; – Provisioning logs"


def test_the_frame_asks_the_database_only_when_a_template_does(django_assert_num_queries: Any, db: None) -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    shell(request)["directory"].tenant_name  # noqa: B018  makes the one directory

    with django_assert_num_queries(0):
        context = shell(request)
    with django_assert_num_queries(1):
        assert context["directory"].tenant_name == context["directory"].tenant_name


@pytest.mark.urls("portal.urls")
def test_every_entry_of_both_menus_leads_to_a_page() -> None:
    for menu in (GLOBAL_MENU, application_menu(GOTO)):
        for group in menu.groups:
            assert all(menu.url(entry) for entry in group.entries)
