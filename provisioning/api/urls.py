"""The addresses of the API. What lies below /graph/ is found by `routes`, one declaration per route."""

from django.urls import path, re_path

from provisioning.api import discovery, door, openapi, reference, sign_in

urlpatterns = [
    path("app-registrations/api/", reference.reference, name="api-reference"),
    path("graph/openapi.json", openapi.document, name="openapi"),
    re_path(r"^graph/(?P<version>[^/]+)(?:/(?P<path>(?s:.*)))?\Z", door.graph, name="graph"),
    path("common/discovery/instance", discovery.instance, name="discovery-instance"),
    path("<str:tenant>/v2.0/.well-known/openid-configuration", discovery.configuration, name="openid-configuration"),
    path("<str:tenant>/oauth2/v2.0/token", sign_in.token, name="token"),
]
