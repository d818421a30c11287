"""Addresses of the accounts."""

from django.urls import path

from portal.accounts import account_views, language_views, microsoft_views, views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/microsoft/", microsoft_views.begin, name="microsoft"),
    path("sign-in/microsoft/done/", microsoft_views.done, name="microsoft-done"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("account/", views.account, name="account"),
    path("account/sessions/end/", views.end_sessions, name="end-own-sessions"),
    path("settings/accounts/", account_views.accounts, name="accounts"),
    path("settings/accounts/new/", account_views.new, name="new-account"),
    path("settings/accounts/<int:account_id>/", account_views.one, name="one-account"),
    path("settings/accounts/<int:account_id>/edit/", account_views.edit, name="edit-account"),
    path("settings/accounts/<int:account_id>/password/", account_views.reset_password, name="reset-password"),
    path("settings/accounts/<int:account_id>/<slug:deed>/", account_views.act, name="account-action"),
    path("account/preferences/", language_views.preferences, name="preferences"),
    path("language/", language_views.language, name="language"),
]
