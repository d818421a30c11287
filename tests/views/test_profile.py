"""The page of the SCIM profile."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from portal.accounts.models import AuditEntry
from provisioning import gallery
from provisioning.connectors.base import ConnectionReport
from provisioning.errors import CredentialsRejected
from provisioning.jobs import profiles, setup
from provisioning.jobs.connection import TESTS, ConnectionTest
from provisioning.models import EnterpriseApplication, ProvisioningJob
from provisioning.texts import say
from tests.factories import make_application, make_job, make_reader
from tests.html_forms import fields_of
from tests.views.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def job() -> ProvisioningJob:
    application = setup.create_application(gallery.application("slack"), "Chat")
    return make_job(application, credentials={"tenant_url": "https://scim.fabrikam.example/v2", "token": "t"})


def address(job: ProvisioningJob) -> str:
    return f"/applications/{job.application.application_id}/provisioning/profile/"


def save(client: Client, job: ProvisioningJob, **edits: Any) -> HttpResponse:
    page = client.get(address(job)).content.decode()
    return client.post(address(job), fields_of(page, "edit", **edits))


def stored() -> dict[str, Any]:
    kept: dict[str, Any] = EnterpriseApplication.objects.get().profile.get("administrator", {})
    return kept


def test_every_setting_tells_where_it_comes_from(signed_in: Client, job: ProvisioningJob) -> None:
    profiles.learn(job.application_id, ConnectionReport(signed_in_as="x", learned={"members.chunk": 50}))
    EnterpriseApplication.objects.update(
        profile={**EnterpriseApplication.objects.get().profile, "administrator": {"etag": False}}
    )

    page = words(signed_in.get(address(job)))

    assert "Found by Test Connection · members.chunk" in page
    assert "From the gallery · rate" in page
    assert "Slack, SCIM API rate limits" in page
    assert "Set here · etag Back to: Yes" in page
    assert "Default · delete_mode" in page


def test_what_is_edited_is_set_here_and_nothing_else(signed_in: Client, job: ProvisioningJob) -> None:
    answer = save(
        signed_in,
        job,
        members_chunk="20",
        never_send="title\r\n\r\n nickName ",
        multi_valued_max="emails = 1",
        rate="1.5",
        patch_style="microsoft",
    )

    assert answer.status_code == 303
    assert stored() == {
        "patch.style": "microsoft",
        "members.chunk": 20,
        "multi_valued_max": {"emails": 1},
        "never_send": ["title", "nickName"],
        "rate": 1.5,
    }
    assert "looks at everybody again" in words(signed_in.get(address(job)))
    assert AuditEntry.objects.filter(activity="Save profile of application").count() == 1


def test_nothing_edited_is_nothing_saved(signed_in: Client, job: ProvisioningJob) -> None:
    assert save(signed_in, job).status_code == 303
    assert (stored(), AuditEntry.objects.count()) == ({}, 0)


def test_a_setting_is_taken_back_by_its_box_and_all_by_the_command(signed_in: Client, job: ProvisioningJob) -> None:
    save(signed_in, job, members_chunk="20", etag=False, rate="1")

    save(signed_in, job, back_rate="on")
    assert stored() == {"members.chunk": 20, "etag": False}

    signed_in.post(f"{address(job)}reset/")
    assert stored() == {}


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        ({"members_chunk": "0"}, "Members in one request: Enter a whole number, 1 or more."),
        ({"patch_max_ops": "x"}, "Operations in one request: Enter a whole number, 0 or more."),
        ({"rate": "-1"}, "Requests per second: Enter a number, 0 or more."),
        ({"users_path": "Users"}, "Path of users: users_path is 'Users', and must be a path that begins with /, such"),
        ({"spc_path": ""}, "Path of its configuration: Enter a value, such as /ServiceProviderConfig."),
        ({"user_agent": "Zoë"}, "User-Agent: user_agent holds characters that no header has"),
        ({"never_send": "titel"}, "Attributes that are never sent: “titel” is no attribute here."),
        ({"filter_attrs": "title"}, "Attributes that can be searched by: Nothing is searched by “title” here."),
        (
            {"multi_valued_max": "emails"},
            "Entries of an attribute: “emails” gives no number. Write it like emails",
        ),
        ({"multi_valued_max": "faxes = 1"}, "Entries of an attribute: “faxes” is no attribute here."),
    ],
)
def test_what_is_wrong_is_told_with_field_and_remedy(
    signed_in: Client, job: ProvisioningJob, edits: dict[str, Any], told: str
) -> None:
    answer = save(signed_in, job, **edits)

    assert answer.status_code == 422
    assert told in words(answer)
    assert stored() == {}


def test_a_setting_is_not_changed_and_taken_back_at_once(signed_in: Client, job: ProvisioningJob) -> None:
    save(signed_in, job, members_chunk="20")

    answer = save(signed_in, job, members_chunk="30", back_members_chunk="on")

    assert answer.status_code == 422
    assert "takes it back: not both" in words(answer)
    assert stored() == {"members.chunk": 20}


def test_who_saves_over_somebody_else_is_asked(signed_in: Client, job: ProvisioningJob) -> None:
    page = signed_in.get(address(job)).content.decode()
    save(signed_in, job, members_chunk="20", never_send="title\nnickName")

    answer = signed_in.post(address(job), fields_of(page, "edit", members_chunk="30"))

    assert answer.status_code == 409
    assert "Members in one request 20 30" in words(answer)
    assert stored()["members.chunk"] == 20

    again = signed_in.post(address(job), fields_of(answer.content.decode(), "edit"))
    assert again.status_code == 303
    assert stored() == {"members.chunk": 30, "never_send": ["title", "nickName"]}


def test_the_report_of_test_connection_can_be_read(
    signed_in: Client, job: ProvisioningJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = ConnectionReport(
        signed_in_as="ada", findings=(say("Works: ids are texts."),), learned={"filter.supported": False}
    )
    monkeypatch.setattr(TESTS, "run", lambda *_: ConnectionTest(report=report))
    assert "Nothing yet" in words(signed_in.get(address(job)))

    signed_in.post(f"{address(job)}test/")

    page = words(signed_in.get(address(job)))
    assert "Signed in as ada: Today" in page
    assert "Works: ids are texts." in page
    job.credentials.refresh_from_db()
    assert job.credentials.tested_at is not None
    assert EnterpriseApplication.objects.get().profile["discovered"] == {"filter.supported": False}


def test_a_test_that_fails_is_told_and_keeps_what_was_known(
    signed_in: Client, job: ProvisioningJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TESTS, "run", lambda *_: ConnectionTest(error=CredentialsRejected(say("Not you."))))

    answer = signed_in.post(f"{address(job)}test/")

    assert "Not you." in words(answer)
    assert EnterpriseApplication.objects.get().profile == {}


def test_what_was_tested_with_other_credentials_is_not_kept(
    signed_in: Client, job: ProvisioningJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    def others_are_saved(*_: object) -> ConnectionTest:
        job.credentials.lock({"tenant_url": "https://other.fabrikam.example"})
        job.credentials.save()
        return ConnectionTest(report=ConnectionReport(signed_in_as="ada"))

    monkeypatch.setattr(TESTS, "run", others_are_saved)

    answer = signed_in.post(f"{address(job)}test/", follow=True)

    assert "Other credentials were saved meanwhile" in words(answer)
    assert EnterpriseApplication.objects.get().profile == {}


def test_without_credentials_nothing_is_tested(signed_in: Client) -> None:
    job = make_job(setup.create_application(gallery.application("scim"), "Chat"))

    assert "Save its admin credentials first." in words(signed_in.post(f"{address(job)}test/", follow=True))
    assert signed_in.get(address(job)).status_code == 200


def test_who_may_only_read_sees_it_and_can_change_nothing(client: Client, job: ProvisioningJob) -> None:
    client.force_login(make_reader())

    page = client.get(address(job)).content.decode()

    assert 'name="members_chunk"' in page
    assert page.count(" disabled") > 40
    assert client.post(address(job), {}).status_code == 403


def test_other_applications_have_no_profile(signed_in: Client, job: ProvisioningJob) -> None:
    goto = make_job(make_application("Meetings"))

    assert signed_in.get(address(goto)).status_code == 404
    assert "SCIM profile" not in words(signed_in.get(f"{goto.application.get_absolute_url()}provisioning/"))
    page = signed_in.get(f"{job.application.get_absolute_url()}provisioning/").content.decode()
    assert page.count(f'href="{address(job)}"') == 2
