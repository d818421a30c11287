"""Admin credentials and settings through the API: given, tested, and told without their secrets."""

import json
from typing import Any

import pytest
from pytest_django import Settings

from portal.accounts.models import AuditEntry
from provisioning.choices import Mode, Scope
from provisioning.connectors import all_connectors
from provisioning.models import Credentials, EnterpriseApplication, ProvisioningJob
from tests.api.face import Face, validator
from tests.api.synchronizing import path_of, set_up, synchronization
from tests.factories import make_application, make_job
from tests.goto_service import GotoService

pytestmark = pytest.mark.django_db
SECRET = "A-very-secret-word-7"
SENDS = pytest.mark.django_db(transaction=True)
"""Nothing is sent inside a transaction, not even in that of a test."""


def pairs(**values: Any) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in values.items()]


def put(face: Face, application: EnterpriseApplication, **values: Any) -> Any:
    return face.put(f"{synchronization(application)}/secrets", {"value": pairs(**values)})


def told(face: Face, application: EnterpriseApplication) -> dict[str, str]:
    return {each["key"]: each["value"] for each in face.values(f"{synchronization(application)}/secrets")}


def demo(service: GotoService, **values: str) -> dict[str, str]:
    """Everything that signs in to the stand-in, by Microsoft's keys."""
    return {
        "UserName": service.admin,
        "Password": service.admin_password,
        "ClientIdentifier": service.client_id,
        "ClientSecret": service.client_secret,
        "Oauth2TokenExchangeUri": service.token_url,
        "BaseAddress": service.url,
        **values,
    }


def message(response: Any) -> str:
    text: str = response.json()["error"]["message"]
    return text


# --- saving
def test_credentials_are_locked_and_told_without_their_secrets(face: Face) -> None:
    application = make_application()

    assert put(face, application, UserName="admin@contoso.example", Password=SECRET).status_code == 204

    assert Credentials.objects.get(job=application.job).unlock()["password"] == SECRET
    found = told(face, application)
    assert (found["UserName"], found["Password"]) == ("admin@contoso.example", "********")
    assert found["AuthenticationType"] == "password"
    assert not AuditEntry.objects.filter(new__icontains=SECRET).exists()


def test_what_was_told_can_be_given_back_and_changes_nothing(face: Face) -> None:
    application = make_application()
    put(face, application, UserName="admin@contoso.example", Password=SECRET)
    saves = ProvisioningJob.objects.get(application=application).saves

    assert put(face, application, **told(face, application)).status_code == 204

    row = ProvisioningJob.objects.get(application=application)
    assert (row.saves, row.credentials.unlock()["password"]) == (saves, SECRET)


def test_settings_among_the_secrets_set_the_job(face: Face) -> None:
    application = make_application()
    notification = {
        "Enabled": True,
        "Recipients": "ops@contoso.example, it@contoso.example",
        "DeleteThresholdEnabled": "true",
        "DeleteThresholdValue": 50,
        "HumanResourcesLookaheadQueryEnabled": False,
    }

    put(
        face,
        application,
        SyncAll="true",
        SkipOutOfScopeDeletions="True",
        SyncNotificationSettings=json.dumps(notification),
    )

    job = ProvisioningJob.objects.get(application=application)
    assert (job.scope, job.skip_out_of_scope_deletions, job.guard, job.guard_number) == (Scope.ALL, True, True, 50)
    assert (job.notify, job.notification_email) == (True, "ops@contoso.example, it@contoso.example")
    assert not hasattr(job, "credentials")
    assert json.loads(told(face, application)["SyncNotificationSettings"]) == {
        **notification,
        "DeleteThresholdEnabled": True,
    }


def test_microsofts_sample_of_notification_settings_is_taken(face: Face) -> None:
    application = make_application()

    put(face, application, SyncNotificationSettings='{"Enabled":false,"DeleteThresholdEnabled":false}', SyncAll="false")

    job = ProvisioningJob.objects.get(application=application)
    assert (job.notify, job.guard, job.guard_number, job.scope) == (False, False, 500, Scope.ASSIGNED)


def test_the_method_of_signing_in_follows_from_what_is_given(face: Face) -> None:
    application = make_application()

    put(face, application, SecretToken=SECRET)

    found = told(face, application)
    assert (found["AuthenticationType"], found["SecretToken"]) == ("personal_access_token", "********")
    assert "Password" not in found


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"AppKey": "x"}, "'AppKey' means nothing for this application. It takes: AuthenticationType, UserName"),
        ({"HardDeletesEnabled": "false"}, "'HardDeletesEnabled' means nothing"),
        ({"UserName": "admin@contoso.example"}, "Password: This is empty"),
        ({"UserName": "a", "Password": "b", "BaseAddress": "nowhere"}, "BaseAddress: Enter an address"),
        ({"UserName": "a", "Password": "b", "BaseAddress": "http://goto.example"}, "must begin with https://"),
        ({"AuthenticationType": "kerberos"}, "AuthenticationType: Write one of: password"),
        ({"SyncAll": "perhaps"}, "'SyncAll' must be true or false"),
        ({"SyncNotificationSettings": "often"}, "must be a JSON object in a text"),
        ({"SyncNotificationSettings": '{"Colour":"red"}'}, "'Colour' means nothing in SyncNotificationSettings"),
        ({"SyncNotificationSettings": '{"Recipients":"nobody"}'}, "nobody is not an address"),
        ({"SyncNotificationSettings": '{"Enabled":true}'}, "Name the recipients"),
        ({"SyncNotificationSettings": '{"DeleteThresholdValue":0}'}, "a number from 1 to 1000000"),
    ],
)
def test_what_means_nothing_or_is_wrong_is_told_and_nothing_is_saved(
    face: Face, values: dict[str, str], said: str
) -> None:
    application = make_application()

    response = put(face, application, **values)

    assert response.status_code == 400
    assert said in message(response)
    assert ProvisioningJob.objects.get(application=application).saves == 0


@pytest.mark.parametrize("value", [None, {}, "x", [7], [{"key": 1, "value": "x"}], [{"key": "SyncAll", "value": 1}]])
def test_anything_but_a_list_of_pairs_is_refused(face: Face, value: Any) -> None:
    application = make_application()

    assert face.put(f"{synchronization(application)}/secrets", {"value": value}).status_code == 400


def test_a_key_counts_once(face: Face) -> None:
    doubled = [*pairs(SyncAll="true"), *pairs(syncall="false")]

    assert face.put(f"{synchronization(make_application())}/secrets", {"value": doubled}).status_code == 400


def test_a_saved_secret_is_never_sent_to_a_new_address(face: Face) -> None:
    application = make_application()
    put(face, application, UserName="admin@contoso.example", Password=SECRET)

    response = put(face, application, BaseAddress="https://elsewhere.example")
    tested = face.post(
        f"{synchronization(application)}/jobs/validateCredentials",
        {"credentials": pairs(Oauth2TokenExchangeUri="https://elsewhere.example/token", Password="********")},
    )

    assert (response.status_code, tested.status_code) == (400, 400)
    assert "Password: Enter it again" in message(response)
    assert "Password: Enter it again" in message(tested)


def test_every_setting_of_every_connector_has_a_key_of_microsofts() -> None:
    known = set(validator("SynchronizationSecret").schema["$defs"]["SynchronizationSecret"]["enum"])
    for connector in all_connectors().values():
        keys = [each.graph_key for each in connector.settings]
        assert set(keys) <= known, connector.key
        assert len(set(keys)) == len(keys), connector.key


# --- trying them
@SENDS
def test_given_credentials_are_tried_and_not_saved(face: Face, service: GotoService) -> None:
    application = make_application()
    path = f"{synchronization(application)}/jobs/validateCredentials"

    good = face.post(path, {"templateId": application.gallery_key, "credentials": pairs(**demo(service))})
    bad = face.post(path, {"credentials": pairs(**demo(service, Password="wrong"))})

    assert (good.status_code, bad.status_code) == (204, 400)
    assert bad.json()["error"]["code"] == "InvalidCredentials"
    assert "You appear to have entered invalid credentials" in message(bad)
    assert "wrong" not in message(bad)
    assert not Credentials.objects.exists()


@SENDS
def test_saved_credentials_are_tried_whatever_is_given_beside(face: Face, service: GotoService) -> None:
    job = set_up()
    put(face, job.application, **demo(service))
    body = {"useSavedCredentials": True, "credentials": pairs(UserName="nobody")}

    assert face.post(f"{path_of(job)}/validateCredentials", body).status_code == 204


def test_without_saved_credentials_there_is_nothing_to_try(face: Face) -> None:
    job = make_job(mode=Mode.AUTOMATIC)

    response = face.post(f"{path_of(job)}/validateCredentials", {"useSavedCredentials": True})

    assert (response.status_code, response.json()["error"]["code"]) == (400, "InvalidConfiguration")


def test_another_template_than_the_applications_is_refused(face: Face) -> None:
    body = {"templateId": "scim", "credentials": []}

    assert face.post(f"{path_of(set_up())}/validateCredentials", body).status_code == 400


@SENDS
def test_while_the_job_is_on_new_credentials_must_pass_the_test(face: Face, service: GotoService) -> None:
    application = make_application()
    put(face, application, **demo(service))
    ProvisioningJob.objects.filter(application=application).update(mode=Mode.AUTOMATIC, is_on=True)

    refused = put(face, application, Password="wrong")
    taken = put(face, application, Password=service.admin_password)

    assert (refused.status_code, taken.status_code) == (400, 204)
    assert Credentials.objects.get().unlock()["password"] == service.admin_password


# --- consent
@SENDS
def test_an_access_token_is_acquired_with_the_credentials_that_are_given(face: Face, service: GotoService) -> None:
    path = f"{synchronization(make_application())}/acquireAccessToken"

    good = face.post(path, {"credentials": pairs(**demo(service))})
    bad = face.post(path, {"credentials": pairs(**demo(service, Password="wrong"))})

    assert (good.status_code, bad.status_code) == (204, 400)


@SENDS
def test_a_code_that_is_none_is_refused_and_nothing_is_saved(
    face: Face, service: GotoService, settings: Settings
) -> None:
    application = make_application()
    values = demo(service, Oauth2AuthorizationCode="made-up", Oauth2RedirectUri="https://portal.example/back")
    del values["UserName"], values["Password"]

    response = face.post(f"{synchronization(application)}/acquireAccessToken", {"credentials": pairs(**values)})

    assert response.status_code == 400
    assert not Credentials.objects.exists()
