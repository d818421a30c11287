"""`manage.py run_cycle`: whole cycles in the foreground, against the stand-in over real HTTP."""

import html
import json
import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from portal.accounts.models import Account
from provisioning import vault
from provisioning.choices import CycleStatus
from provisioning.jobs import authorization, change
from provisioning.jobs.authorization import Question
from provisioning.models import Activity, Credentials, Group, ObjectStateRow, ProvisioningJob, User
from tests.consent import consent
from tests.factories import (
    change_user,
    make_application,
    make_assignment,
    make_cycle,
    make_group,
    make_slice,
    make_user,
    make_users,
)
from tests.goto_service import GotoService

pytestmark = pytest.mark.django_db(transaction=True)
MEETING = "1355534416871200001"


def run_cycle(application: object = "GoTo") -> dict[str, Any]:
    out = StringIO()
    call_command("run_cycle", str(application), "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def counts(facts: dict[str, Any]) -> dict[str, int]:
    return {name: number for name, number in facts["counts"].items() if number}


def calls(service: GotoService) -> list[str]:
    """Every call in the stand-in's log, newest first: method and path."""
    found: list[str] = []
    for number in range(1, 11):
        page = service.http.get(f"{service.url}/requests/?page={number}", timeout=30).text
        entries = re.findall(r'class="method">([^<]*)<.*?class="path">([^<]*)<', page, re.DOTALL)
        found += [html.unescape(f"{method} {path}") for method, path in entries]
        if f"Page {number} of {number}" in page or "Page" not in page:
            break
    return found


def assigned_users(job: ProvisioningJob, number: int) -> list[User]:
    """Half of them directly, half through a group."""
    users = make_users(number)
    application = job.application
    change.assign(application, users[::2], application.roles.get(value="GoToMeeting"))
    make_assignment(application, make_group("Half", users[1::2]), "GoToMeeting")
    return users


def test_the_first_cycle_creates_every_account_with_all_its_values(job: ProvisioningJob, service: GotoService) -> None:
    users = assigned_users(job, 20)
    before = {each["key"] for each in service.accounts()}

    facts = run_cycle()

    assert (facts["kind"], facts["status"], counts(facts)) == (
        "initial",
        "completed",
        {"looked_at": 20, "created": 20},
    )
    made = [each for each in service.accounts() if each["key"] not in before]
    fields = ("email", "firstName", "lastName", "locale", "licenseKeys", "status")
    assert sorted(tuple(map(str, (each[name] for name in fields))) for each in made) == sorted(
        (user.mail, user.given_name, user.surname, "en_US", f"['{MEETING}']", "INVITED") for user in users
    )
    assert {each["key"] for each in made} == set(ObjectStateRow.objects.values_list("target_id", flat=True))


def test_changes_of_the_directory_reach_the_accounts_and_no_change_asks_nothing(
    job: ProvisioningJob, service: GotoService
) -> None:
    renamed, leaving, disabled, *_ = assigned_users(job, 20)
    run_cycle()
    change_user(renamed, surname="Åkerblom")
    change_user(disabled, account_enabled=False)
    change.remove_members(Group.objects.get(), [leaving])

    second = run_cycle()

    assert counts(second) == {"looked_at": 3, "updated": 1, "disabled": 2}
    accounts = {each["email"]: each for each in service.accounts()}
    assert accounts[renamed.mail]["lastName"] == "Åkerblom"
    assert [accounts[each.mail]["status"] for each in (renamed, leaving, disabled)] == [
        "INVITED",
        "SUSPENDED",
        "SUSPENDED",
    ]
    reasons = dict(Activity.objects.filter(action="disable").values_list("source_label", "reason__text"))
    assert reasons == {
        leaving.display_name: "It is not assigned to the application.",
        disabled.display_name: "Its account is disabled in the directory.",
    }

    asked = len(calls(service))
    third = run_cycle()

    assert (counts(third), third["kind"], third["status"]) == ({}, "incremental", "completed")
    assert calls(service)[:-asked] == []


def test_an_account_that_was_there_is_adopted_and_corrected(job: ProvisioningJob, service: GotoService) -> None:
    bo = make_user(user_principal_name="bo.bell@contoso.example", given_name="Bo", surname="Bell")
    make_assignment(job.application, bo, "GoToMeeting")

    facts = run_cycle()

    account = service.account("bo.bell@contoso.example")
    assert account is not None
    assert (counts(facts), account["lastName"]) == ({"looked_at": 1, "updated": 1}, "Bell")


def test_somebody_without_a_surname_fails_alone(job: ProvisioningJob) -> None:
    users = [*make_users(2), make_user(surname="", display_name="Wulandari")]
    change.assign(job.application, users, job.application.roles.get(value="GoToMeeting"))

    facts = run_cycle()

    assert counts(facts) == {"looked_at": 3, "created": 2, "failed": 1}
    failed = Activity.objects.get(status="failure")
    assert (failed.source_label, failed.code) == ("Wulandari", "MissingValues")


def test_a_wrong_password_ends_in_quarantine_and_exit_code_1(job: ProvisioningJob, service: GotoService) -> None:
    credentials = job.credentials
    credentials.lock({**credentials.unlock(), "password": "wrong"})
    credentials.save()
    make_assignment(job.application, make_user(), "GoToMeeting")
    out = StringIO()

    with pytest.raises(CommandError, match="does not accept the user name or the password") as stopped:
        call_command("run_cycle", "GoTo", "--json", stdout=out)

    assert stopped.value.returncode == 1
    facts = json.loads(out.getvalue())
    assert (facts["status"], facts["quarantine"]) == ("interrupted", "InvalidCredentials")


def test_a_corrected_password_goes_on_with_the_same_cycle(job: ProvisioningJob, service: GotoService) -> None:
    good = job.credentials.unlock()
    job.credentials.lock({**good, "password": "wrong"})
    job.credentials.save()
    make_assignment(job.application, make_user(), "GoToMeeting")
    with pytest.raises(CommandError):
        run_cycle()
    job.credentials.lock(good)
    job.credentials.save()

    facts = run_cycle()

    assert (facts["status"], facts["quarantine"], counts(facts)) == ("completed", "", {"looked_at": 1, "created": 1})
    assert job.cycles.count() == 1


def test_the_outcome_is_told_as_text_too(job: ProvisioningJob) -> None:
    make_assignment(job.application, make_user(), "GoToMeeting")
    out = StringIO()

    call_command("run_cycle", str(job.application.application_id), stdout=out)

    assert out.getvalue().splitlines()[:3] == [
        "GoTo: initial cycle, completed",
        "  looked at          1",
        "  created            1",
    ]


def test_a_running_cycle_is_helped_along(job: ProvisioningJob) -> None:
    make_assignment(job.application, make_user(), "GoToMeeting")
    cycle = make_cycle(job, total=1)
    make_slice(cycle)

    facts = run_cycle()

    assert (facts["cycle"], facts["status"]) == (str(cycle.cycle_id), CycleStatus.COMPLETED)
    assert counts(facts) == {"looked_at": 1, "created": 1}


def test_an_unknown_application_is_told_with_the_names_there_are(job: ProvisioningJob) -> None:
    make_application("Another")

    with pytest.raises(CommandError, match=r"There is no application Gotoo\. There are: Another, GoTo\."):
        run_cycle("Gotoo")


def test_a_job_that_is_off_is_not_run(job: ProvisioningJob) -> None:
    ProvisioningJob.objects.update(is_on=False)

    with pytest.raises(CommandError, match=r"Provisioning is off\."):
        run_cycle()


def test_a_cycle_signs_in_by_consent_and_renews_the_tokens_that_ended(
    job: ProvisioningJob, service: GotoService
) -> None:
    chosen = {**job.credentials.unlock(), "sign_in": "authorization_code", "authorize_url": service.authorize_url}
    question = Question.about(job, chosen)
    back = consent(service, authorization.address(job.application, question))
    agreed = authorization.redeem(job.application, question, back)
    authorization.keep(question, agreed, job.pk, Account.objects.create_user("ada", "Only-for-tests-1"), timezone.now())
    before = vault.unlock(Credentials.objects.get(job=job).tokens)
    make_assignment(job.application, make_user(), role="GoToMeeting")
    service.expire_tokens("access")

    assert run_cycle()["counts"]["created"] == 1

    after = vault.unlock(Credentials.objects.get(job=job).tokens)
    assert after["access_token"] != before["access_token"]
    assert after["refresh_token"] == before["refresh_token"]
