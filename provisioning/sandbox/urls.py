"""Addresses of the stand-in: GoTo's own, then the pages and switches that only the stand-in has."""

from django.urls import include, path
from django.views.static import serve

from provisioning.sandbox import (
    account_page,
    accounts,
    authorize,
    fault_switches,
    groups,
    licenses,
    oauth,
    oauth_switches,
    organizers,
    pages,
    strictness_switches,
    switches,
    users,
)
from provisioning.sandbox.entrance import methods
from provisioning.sandbox.scim2 import pages as scim2_pages
from provisioning.sandbox.scim2 import switches as scim2_switches
from provisioning.sandbox.scim2.door import token as scim2_token
from provisioning.sandbox.settings import BASE_DIR

_admin = [
    path("me", methods(GET=users.me)),
    path("accounts/<str:account_key>", methods(GET=accounts.get, PUT=accounts.update)),
    path("accounts/<str:account_key>/users", methods(GET=users.listed, POST=users.create)),
    path(
        "accounts/<str:account_key>/users/<str:user_key>",
        methods(GET=users.get, PUT=users.update, DELETE=users.delete),
    ),
    path("accounts/<str:account_key>/users/<str:user_key>/groups", methods(DELETE=groups.remove_user)),
    path("accounts/<str:account_key>/groups", methods(GET=groups.listed, POST=groups.create)),
    path(
        "accounts/<str:account_key>/groups/<str:group_key>",
        methods(GET=groups.get, PUT=groups.update, DELETE=groups.delete),
    ),
    path("accounts/<str:account_key>/groups/<str:group_key>/users/<str:user_key>", methods(PUT=groups.add_user)),
    path("accounts/<str:account_key>/rolesets", methods(GET=groups.role_sets)),
    path("accounts/<str:account_key>/licenses", methods(GET=licenses.listed)),
    path(
        "accounts/<str:account_key>/licenses/<str:license_key>/users/<str:user_key>",
        methods(DELETE=licenses.remove_user),
    ),
]
_meeting = [
    path("groups", methods(GET=organizers.groups)),
    path("groups/<str:group_key>/organizers", methods(GET=organizers.listed, POST=organizers.create)),
    path("organizers", methods(GET=organizers.listed, POST=organizers.create, DELETE=organizers.delete)),
    path("organizers/<str:key>", methods(GET=organizers.get, PUT=organizers.update, DELETE=organizers.delete)),
]
_switches = [
    path("accounts.json", methods(GET=switches.accounts)),
    path("deeds.json", methods(GET=switches.deeds)),
    path("accounts", methods(POST=switches.add)),
    path("accounts/<str:user_key>", methods(PATCH=switches.edit, DELETE=switches.remove)),
    path("licenses/<str:license_key>", methods(PATCH=switches.seats)),
    path("tokens", methods(POST=oauth_switches.end_tokens)),
    path("clients", methods(POST=oauth_switches.register)),
    path("pats", methods(POST=oauth_switches.personal)),
    path(
        "strictness",
        methods(GET=strictness_switches.listed, PATCH=strictness_switches.throw, DELETE=strictness_switches.clear),
    ),
    path("faults", methods(GET=fault_switches.listed, POST=fault_switches.add, DELETE=fault_switches.clear)),
    path("faults/plan", methods(POST=fault_switches.plan)),
    path("scim2", methods(GET=scim2_switches.held, DELETE=scim2_switches.empty)),
    path(
        "scim2/manners",
        methods(GET=scim2_switches.manners, PATCH=scim2_switches.change_manners, DELETE=scim2_switches.good_manners),
    ),
    path("clock", methods(POST=switches.move_clock)),
    path("reset", methods(POST=switches.reset)),
]
urlpatterns = [
    path("oauth/token", methods(POST=oauth.token)),
    path("oauth/v2/token", methods(POST=oauth.token), {"version": "3"}),
    path("oauth/access_token", methods(GET=oauth.access_token, POST=oauth.access_token)),
    path("oauth/authorize", methods(GET=authorize.page, POST=authorize.page), name="authorize"),
    path("oauth/v2/authorize", methods(GET=authorize.page, POST=authorize.page)),
    path("admin/rest/v1/", include(_admin)),
    path("G2M/rest/", include(_meeting)),
    path("identity/v1/", include("provisioning.sandbox.scim.urls")),
    path("scim/token", methods(POST=scim2_token)),
    path("scim/v2/", include("provisioning.sandbox.scim2.urls")),
    path("sandbox/", include(_switches)),
    path("healthz", switches.health),
    path("", pages.accounts, name="accounts"),
    path("accounts/<str:user_key>/", account_page.show, name="account"),
    path("accounts/<str:user_key>/sign-in/", account_page.sign_in, name="sign_in"),
    path("accounts/<str:user_key>/edit/", account_page.edit, name="edit"),
    path("accounts/<str:user_key>/delete/", account_page.delete, name="delete"),
    path("groups/", pages.groups, name="groups"),
    path("licenses/", pages.licenses, name="licenses"),
    path("scim/", scim2_pages.resources, name="scim2"),
    path("requests/", pages.requests, name="requests"),
    path("static/<path:path>", serve, {"document_root": BASE_DIR / "static"}, name="static"),
]
handler404 = pages.missing
