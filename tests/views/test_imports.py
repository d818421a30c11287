"""Imports on the page of the source: start one, watch it, decide on a held one, see what was skipped; clearing."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts.models import AuditEntry
from provisioning import tasks
from provisioning.choices import ImportKind, ImportStatus
from provisioning.directory.base import Person
from provisioning.errors import CredentialsRejected
from provisioning.models import DetachedAccount, Import, ProvisioningJob, User
from provisioning.texts import say
from tests.factories import make_job, make_user
from tests.jobs.imports_world import ImportWorld
from tests.views.reading import rows, toasts, words

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
URL = "/directory/"
MOST_QUERIES = 20


@pytest.fixture
def imports(db: None, monkeypatch: pytest.MonkeyPatch) -> ImportWorld:
    """The source is called as Azure's is, and answers from memory."""
    return ImportWorld(monkeypatch, "graph")


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was queued, without a queue."""
    found: list[Any] = []
    monkeypatch.setattr(tasks, "async_task", lambda *given, **options: found.append(given))
    return found


def hold(imports: ImportWorld) -> Import:
    staff = imports.staff(40)
    imports.read()
    for id_ in staff[:20]:
        imports.tenant.delete(id_)
    return imports.read()


def test_import_now_queues_one_with_an_audit_entry(
    signed_in: Client, imports: ImportWorld, queued: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in.post(f"{URL}import/")

    found = Import.objects.get()
    assert answer.status_code == 303
    assert queued == [(tasks.run_import, found.pk)]
    assert AuditEntry.objects.get().activity == "Import now"
    assert found.asked_by


def test_import_now_says_why_not_while_people_are_edited_here(signed_in: Client) -> None:
    answer = signed_in.post(f"{URL}import/")

    assert "there is nothing to import from" in toasts(answer)[0]
    assert not Import.objects.exists()


def test_a_running_import_shows_pages_users_and_rate(signed_in: Client, imports: ImportWorld) -> None:
    found = imports.ask()
    began = timezone.now() - timedelta(seconds=1000)
    Import.objects.filter(pk=found.pk).update(pages=3, users=100_000, started_at=began)

    text = words(signed_in.get(URL))

    assert "The source is being read" in text
    assert "Pages 3" in text
    assert "Users 100,000" in text
    assert "Users a second 100" in text


def test_the_progress_answers_only_news_and_loads_the_page_again_at_the_end(
    signed_in: Client, imports: ImportWorld
) -> None:
    found = imports.ask()
    first = signed_in.get(f"{URL}status/", headers=HTMX)
    seen = first.content.decode().partition("seen=")[2].partition('"')[0]

    assert signed_in.get(f"{URL}status/?seen={seen}", headers=HTMX).status_code == 204
    Import.objects.filter(pk=found.pk).update(pages=7)
    assert "7" in words(signed_in.get(f"{URL}status/?seen={seen}", headers=HTMX))
    imports.work(found)
    assert signed_in.get(f"{URL}status/", headers=HTMX)["HX-Refresh"] == "true"
    assert signed_in.get(f"{URL}status/").status_code == 302


def test_a_held_import_is_a_banner_with_its_button(signed_in: Client, imports: ImportWorld) -> None:
    held = hold(imports)

    text = words(signed_in.get(URL))

    assert "Source incomplete: nothing was changed" in text
    assert "Apply it anyway: 20 of 40 users are gone." in text
    assert "Held" in rows(signed_in.get(URL))[0]
    assert f"/directory/imports/{held.import_id}/apply/" in signed_in.get(URL).content.decode()


def test_apply_it_anyway_applies_it_with_an_audit_entry(
    signed_in: Client, imports: ImportWorld, queued: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    held = hold(imports)

    with django_capture_on_commit_callbacks(execute=True):
        signed_in.post(f"{URL}imports/{held.import_id}/apply/")

    assert queued == [(tasks.run_import, held.pk)]
    entry = AuditEntry.objects.get()
    assert (entry.activity, entry.new["user"]) == ("Apply held import", {"gone": 20, "there": 40})
    imports.work(held)
    assert User.objects.present().count() == 20
    again = signed_in.post(f"{URL}imports/{held.import_id}/apply/")
    assert "The directory was read again meanwhile" in toasts(again)[-1]


def test_a_held_import_can_be_discarded(signed_in: Client, imports: ImportWorld) -> None:
    held = hold(imports)

    signed_in.post(f"{URL}imports/{held.import_id}/discard/")

    assert "Source incomplete" not in words(signed_in.get(URL))
    assert AuditEntry.objects.get().activity == "Discard import"


def test_a_failed_import_says_what_the_source_said(signed_in: Client, imports: ImportWorld) -> None:
    def refuses(page: int) -> None:
        raise CredentialsRejected(say("The secret has expired."))

    imports.source.before = refuses
    imports.read()

    text = words(signed_in.get(URL))

    assert "the last import failed" in text
    assert "The secret has expired." in text


def test_the_page_of_an_import_lists_what_was_skipped_and_why(signed_in: Client, imports: ImportWorld) -> None:
    imports.staff(2)
    nameless = Person(id=str(uuid.uuid4()), attributes={"displayName": "Nobody"})
    imports.source.more = [Person(id="no-id", attributes={"displayName": "Strange"}), nameless]
    found = imports.read()

    text = words(signed_in.get(f"{URL}imports/{found.import_id}/"))

    assert "Strange" in text
    assert "It has no object ID that could be used: no-id" in text
    assert "It has no user principal name. It is tried with the next import." in text
    assert "1 record could not be applied yet" in words(signed_in.get(URL))


def test_the_page_asks_the_database_as_often_for_many_imports_as_for_one(
    signed_in: Client, imports: ImportWorld
) -> None:
    job = make_job()

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            signed_in.get(URL)
        return len(asked)

    hold(imports)
    leave(job, 1)
    few = queries()
    for _ in range(5):
        imports.read()
    leave(job, 30)
    assert queries() == few <= MOST_QUERIES


def leave(job: ProvisioningJob, number: int) -> None:
    """Detached accounts."""
    for each in range(number):
        label = f"Left {number} {each}"
        DetachedAccount.objects.create(job=job, object_type="User", label=label, target_id=label, detached_at=NOW)


NOW = timezone.now()


def test_clearing_asks_for_the_name_and_says_what_stays(signed_in: Client) -> None:
    make_user()
    make_job(is_on=True)

    text = words(signed_in.get(f"{URL}clear/"))
    refused = signed_in.post(f"{URL}clear/", {"typed": "Something else"})

    assert "Everybody in Azure Active Directory goes for good" in text
    assert "1 user is deleted. 0 groups are deleted." in text
    assert (refused.status_code, Import.objects.count()) == (422, 0)
    assert "This is not the name of the directory." in words(refused)


def test_clearing_is_queued_with_an_audit_entry(
    signed_in: Client, queued: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    make_user()
    job = make_job(is_on=True)

    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in.post(f"{URL}clear/", {"typed": "Azure Active Directory"})

    found = Import.objects.get()
    assert answer.status_code == 303
    assert (found.kind, queued) == (ImportKind.CLEARING, [(tasks.run_import, found.pk)])
    job.refresh_from_db()
    assert not job.is_on
    assert AuditEntry.objects.get().activity == "Clear directory"
    assert "The directory is being cleared" in words(signed_in.get(URL))


def test_detached_accounts_are_listed(signed_in: Client) -> None:
    leave(make_job(), 2)

    text = words(signed_in.get(URL))

    assert "2 accounts were left when the directory was cleared." in text
    assert "Left 2 1" in text


def test_running_imports_are_not_held(signed_in: Client, imports: ImportWorld) -> None:
    found = imports.ask()

    signed_in.post(f"{URL}imports/{found.import_id}/discard/")

    found.refresh_from_db()
    assert found.status == ImportStatus.DISCARDED
