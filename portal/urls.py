"""The addresses of the site."""

from django.urls import include, path

from portal import views

urlpatterns = [
    path("", include("portal.accounts.urls")),
    path("", include("provisioning.urls")),
    path("", include("provisioning.api.urls")),
    path("healthz", views.health, name="health"),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
