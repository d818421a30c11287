"""The addresses of the site."""

from django.urls import include, path

from portal import views
from portal.accounts.access import OPEN
from portal.accounts.access import ROUTES as ACCOUNTS
from provisioning.access import ROUTES as PROVISIONING

urlpatterns = [
    path("", include("portal.accounts.urls")),
    path("", include("provisioning.urls")),
    path("", include("provisioning.api.urls")),
    path("healthz", views.health, name="health"),
    path("metrics", views.metrics, name="metrics"),
]

access = {**ACCOUNTS, **PROVISIONING, "health": OPEN, "metrics": OPEN}
"""Who may open and change what, by the names of the routes."""

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
