"""The form of the page Provisioning: what it asks for, accepts, refuses and never gives away."""

from typing import Any

import pytest
from pytest_django import Settings

from provisioning.choices import Mode, QuarantineReason, Scope
from provisioning.forms.provisioning import ProvisioningForm, interval_label
from provisioning.models import EnterpriseApplication, ProvisioningJob
from tests.factories import make_job
from tests.html_forms import fields_of

pytestmark = pytest.mark.django_db
SAVED = {
    "sign_in": "password",
    "username": "admin@contoso.example",
    "password": "Kept-secret-1",
    "pat": "",
    "client_id": "client",
    "client_secret": "Kept-secret-2",
    "token_url": "https://login.example.com/oauth/token",
    "authorize_url": "https://login.example.com/oauth/authorize",
    "api_url": "https://api.example.com",
    "account_key": "",
}


@pytest.fixture
def job() -> ProvisioningJob:
    """Set up and saved."""
    return loaded(make_job(credentials=SAVED))


def loaded(job: ProvisioningJob) -> ProvisioningJob:
    applications = EnterpriseApplication.objects.select_related("directory", "job__credentials")
    found: ProvisioningJob = applications.get(pk=job.application_id).job
    return found


def html_of(form: ProvisioningForm) -> str:
    fields = "".join(map(str, form.hidden_parts)) + "".join(str(bound) for bound in form.visible_fields())
    return f'<form id="edit">{fields}</form>'


def sent(job: ProvisioningJob, **edits: Any) -> ProvisioningForm:
    form = ProvisioningForm(job, fields_of(html_of(ProvisioningForm(job)), "edit", **edits))
    form.is_valid()
    return form


# --- credentials
def test_labels_name_the_gallery_application(job: ProvisioningJob) -> None:
    labels = [bound.label for bound in ProvisioningForm(job).plain_settings]

    assert labels[1:3] == ["Citrix GoToMeeting Admin User Name", "Citrix GoToMeeting Admin Password"]


def test_saved_secrets_are_never_sent_to_the_browser(job: ProvisioningJob) -> None:
    html = html_of(ProvisioningForm(job))

    assert "Kept-secret" not in html
    assert html.count("•" * 12) == 2
    assert "admin@contoso.example" in html


def test_typed_secrets_are_not_sent_back(job: ProvisioningJob) -> None:
    html = html_of(sent(job, credentials_password="Typed-secret-3", notification_email="nobody"))

    assert "Typed-secret-3" not in html


def test_an_untouched_form_wants_nothing_new(job: ProvisioningJob) -> None:
    form = sent(job)

    assert form.edited == []
    assert form.wanted().credentials is None
    assert form.wanted().is_on is None


def test_a_setting_that_is_new_in_the_connector_is_no_edit() -> None:
    job = loaded(make_job(credentials={"username": "admin@contoso.example", "password": "Kept-secret-1"}))

    assert sent(job).wanted().credentials is None


def test_a_secret_that_was_left_alone_is_kept(job: ProvisioningJob) -> None:
    form = sent(job, credentials_username="other@contoso.example")

    assert form.wanted().credentials == {**SAVED, "username": "other@contoso.example"}


def test_a_secret_keeps_the_spaces_around_it(job: ProvisioningJob) -> None:
    assert sent(job, credentials_password=" pass word ").credentials["password"] == " pass word "


def test_who_saved_a_secret_is_said(job: ProvisioningJob) -> None:
    assert "by admin. Leave it as it is to keep it." in ProvisioningForm(job)["credentials_password"].help_text


def test_a_saved_secret_does_not_go_to_another_address(job: ProvisioningJob) -> None:
    form = sent(job, credentials_token_url="https://elsewhere.example.com/oauth/token")

    assert [bound.name for bound in form.wrong_settings] == ["credentials_password", "credentials_client_secret"]
    assert not form.credentials_are_valid


def test_another_path_at_the_same_service_keeps_the_secrets(job: ProvisioningJob) -> None:
    form = sent(job, credentials_token_url="https://login.example.com/oauth/v2/token")

    assert form.is_valid()
    assert form.credentials["password"] == "Kept-secret-1"


def test_secrets_that_are_typed_go_where_they_are_told(job: ProvisioningJob) -> None:
    typed = {"credentials_password": "Typed-1", "credentials_client_secret": "Typed-2"}

    assert sent(job, credentials_api_url="https://elsewhere.example.com", **typed).is_valid()


def test_clearing_an_address_means_the_default(job: ProvisioningJob) -> None:
    typed = {"credentials_password": "Typed-1", "credentials_client_secret": "Typed-2"}

    form = sent(job, credentials_api_url="", **typed)

    assert form.is_valid()
    assert form.credentials["api_url"] == ""


@pytest.mark.parametrize(
    "address",
    [
        "login.example.com",
        "ftp://login.example.com",
        "https://",
        "https://login.example.com:99999/",
        "https://[::1",
        "https://user:pass@login.example.com",
        "https://login. example.com",
        "http://login.example.com",
        "javascript:alert(1)",
        "https://login.example.com/" + "x" * 5000,
        "https://login.example.com/\x00",
    ],
)
def test_what_is_no_address_is_refused_at_its_field(job: ProvisioningJob, address: str) -> None:
    assert "credentials_token_url" in sent(job, credentials_token_url=address).errors


def test_this_machine_may_be_reached_without_tls_when_that_is_allowed(job: ProvisioningJob, settings: Settings) -> None:
    settings.PORTAL_ALLOW_PRIVATE = True

    assert "credentials_token_url" not in sent(job, credentials_token_url="http://localhost:8001/oauth/token").errors


def test_credentials_are_asked_for_in_automatic_mode() -> None:
    form = sent(loaded(make_job()), mode=Mode.AUTOMATIC)

    assert {"credentials_username", "credentials_password"} <= set(form.errors)


def test_credentials_that_cannot_be_unlocked_must_be_entered_again(job: ProvisioningJob, settings: Settings) -> None:
    settings.PORTAL_ENCRYPTION_KEYS = ["YW5vdGhlci1rZXktb25seS1mb3ItdGVzdHMtb25seSE="]

    form = sent(job)

    assert "PORTAL_ENCRYPTION_KEYS" in form.known.problem
    assert "credentials_password" in form.errors


def test_saved_credentials_typed_again_are_tried_while_the_job_is_in_quarantine(job: ProvisioningJob) -> None:
    again = {"credentials_password": SAVED["password"], "credentials_client_secret": SAVED["client_secret"]}
    assert sent(job, **again).wanted().credentials is None

    job.quarantine = QuarantineReason.EXCEPTION

    assert sent(job, **again).wanted().credentials == SAVED
    assert sent(job).wanted().credentials is None


# --- the demo
def test_in_the_demo_a_new_job_is_prefilled_for_the_demo_service(settings: Settings) -> None:
    settings.PORTAL_SANDBOX, settings.PORTAL_SANDBOX_PORT, settings.PORTAL_ALLOW_PRIVATE = True, 9001, True
    job = loaded(make_job())

    html = html_of(ProvisioningForm(job))
    form = sent(job, mode=Mode.AUTOMATIC, credentials_username="a@b.example", credentials_password="Typed-1")

    assert form.wanted().credentials == {
        "sign_in": "password",
        "username": "a@b.example",
        "password": "Typed-1",
        "pat": "",
        "client_id": "demo-client",
        "client_secret": "demo-secret",
        "token_url": "http://127.0.0.1:9001/oauth/token",
        "authorize_url": "http://127.0.0.1:9001/oauth/authorize",
        "api_url": "http://127.0.0.1:9001",
        "account_key": "",
    }
    assert "demo-secret" not in html


def test_outside_the_demo_a_new_job_has_the_defaults_of_the_connector() -> None:
    values = {bound.name: bound.value() for bound in ProvisioningForm(loaded(make_job())).advanced_settings}

    assert values["credentials_api_url"] == "https://api.getgo.com"
    assert not values["credentials_client_id"]


# --- mail
def test_several_addresses_are_told_apart_by_commas(job: ProvisioningJob) -> None:
    form = sent(job, notification_email=" a@contoso.example,b@contoso.example ,, a@contoso.example", notify="on")

    assert form.wanted().notification_email == "a@contoso.example, b@contoso.example"


@pytest.mark.parametrize("text", ["nobody", "a@contoso", "a@contoso.example; b@contoso.example", "a@b.example\x00"])
def test_what_is_no_mail_address_is_refused_at_its_field(job: ProvisioningJob, text: str) -> None:
    assert list(sent(job, notification_email=text).errors) == ["notification_email"]


def test_too_many_addresses_are_refused(job: ProvisioningJob) -> None:
    addresses = ",".join(f"someone{number}@contoso.example" for number in range(50))

    assert list(sent(job, notification_email=addresses).errors) == ["notification_email"]


def test_somebody_must_be_notified_when_the_box_is_ticked(job: ProvisioningJob) -> None:
    assert list(sent(job, notify="on").errors) == ["notification_email"]


# --- settings and mode
def test_choices_that_do_not_exist_are_refused(job: ProvisioningJob) -> None:
    form = sent(job, scope="everything", interval_minutes="7", is_on="maybe", mode="half")

    assert {"scope", "interval_minutes", "is_on", "mode"} <= set(form.errors)


def test_an_interval_that_was_set_elsewhere_stays_a_choice() -> None:
    job = loaded(make_job(credentials=SAVED, interval_minutes=7))

    assert sent(job).wanted().interval_minutes == 7


@pytest.mark.parametrize(
    ("minutes", "label"), [(1, "1 minute"), (40, "40 minutes"), (120, "2 hours"), (1440, "Once a day")]
)
def test_intervals_have_words(minutes: int, label: str) -> None:
    assert interval_label(minutes) == label


def test_fields_that_were_not_edited_follow_what_is_stored_now(job: ProvisioningJob) -> None:
    data = fields_of(html_of(ProvisioningForm(job)), "edit", interval_minutes="5")
    ProvisioningJob.objects.filter(pk=job.pk).update(scope=Scope.ALL)

    form = ProvisioningForm(loaded(job), data)

    assert form.is_valid()
    assert (form.wanted().scope, form.wanted().interval_minutes) == (Scope.ALL, 5)


def test_in_manual_mode_only_the_mode_is_looked_at(job: ProvisioningJob) -> None:
    form = sent(job, mode=Mode.MANUAL, notification_email="nobody", credentials_username="", scope="x", is_on="on")

    assert form.is_valid()
    wanted = form.wanted()
    assert (wanted.mode, wanted.scope, wanted.credentials) == (Mode.MANUAL, Scope.ASSIGNED, None)


# --- two people
def test_secrets_that_somebody_saved_meanwhile_are_told_without_values(job: ProvisioningJob) -> None:
    data = fields_of(html_of(ProvisioningForm(job)), "edit", credentials_password="Mine-1")
    save_secret(job, "Theirs-1")

    form = ProvisioningForm(loaded(job), data)

    assert form.is_valid()
    (difference,) = form.differences
    assert (difference.label, difference.mine) == ("Passwords and secrets", "What you typed")
    assert difference.theirs.startswith("Saved again at ")


def test_the_same_secret_typed_by_both_is_no_difference(job: ProvisioningJob) -> None:
    data = fields_of(html_of(ProvisioningForm(job)), "edit", credentials_password="Same-1")
    save_secret(job, "Same-1")

    form = ProvisioningForm(loaded(job), data)

    assert form.is_valid()
    assert form.differences == []


def save_secret(job: ProvisioningJob, password: str) -> None:
    credentials = job.credentials
    credentials.lock({**SAVED, "password": password})
    credentials.saved_at = credentials.saved_at.replace(year=2027)
    credentials.save()
    ProvisioningJob.objects.filter(pk=job.pk).update(saves=job.saves + 1)
