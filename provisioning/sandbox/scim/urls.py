"""Addresses of the SCIM calls, below `/identity/v1/`."""

from django.urls import path

from provisioning.sandbox.entrance import methods
from provisioning.sandbox.scim import documents, groups, users

urlpatterns = [
    path("Users", methods(GET=users.listed, POST=users.create)),
    path("Users/me", methods(GET=users.me, PUT=users.replace_me, PATCH=users.update_me)),
    path(
        "Users/<str:user_key>",
        methods(GET=users.get, PUT=users.replace, PATCH=users.update, DELETE=users.delete),
    ),
    path("Groups", methods(GET=groups.listed, POST=groups.create)),
    path(
        "Groups/<str:group_key>",
        methods(GET=groups.get, PUT=groups.replace, PATCH=groups.update, DELETE=groups.delete),
    ),
    path("Schemas/Users", methods(GET=documents.user_schema)),
    path("ServiceProviderConfigs", methods(GET=documents.configuration)),
]
