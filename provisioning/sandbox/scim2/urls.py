"""Addresses of the SCIM 2.0 service, below `/scim/v2/`."""

from django.urls import path

from provisioning.sandbox.entrance import methods
from provisioning.sandbox.scim2 import bulk, documents, resources

urlpatterns = [
    path("Users", resources.users),
    path("Users/<str:key>", resources.user),
    path("Groups", resources.groups),
    path("Groups/<str:key>", resources.group),
    path("Bulk", methods(POST=bulk.bulk)),
    path("ServiceProviderConfig", methods(GET=documents.configuration)),
    path("ResourceTypes", methods(GET=documents.resource_types)),
    path("Schemas", methods(GET=documents.schemas)),
]
