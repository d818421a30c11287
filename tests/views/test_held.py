"""Held deletions: the banner, the list, and a person's decision."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import AuditEntry
from provisioning.choices import Action, CycleKind, Kind, RunStatus, Staging
from provisioning.models import OnDemandRun, ProvisioningJob, StagedRemoval, User
from provisioning.views import held as view
from tests.factories import make_activity, make_cycle, make_job
from tests.html_forms import fields_of
from tests.views.overviews import make_job_that_is_on, page_of
from tests.views.reading import rows, toasts, words
from tests.views.waiting import hold


@pytest.fixture
def job(db: None) -> ProvisioningJob:
    return make_job_that_is_on()


def list_of(job: ProvisioningJob, rest: str = "") -> str:
    return f"{page_of(job)}held/{rest}"


def states() -> set[str]:
    return set(StagedRemoval.objects.values_list("status", flat=True))


# --- told
@pytest.mark.parametrize("page", ["", "provisioning/"])
def test_a_banner_tells_what_is_held_and_leads_to_the_list(signed_in: Client, job: ProvisioningJob, page: str) -> None:
    hold(job, "Ada", "Bo")
    hold(job, "Cy", kind=Kind.MEMBERS, number=7)

    answer = signed_in.get(page_of(job) + page)

    text = words(answer)
    assert "Accidental deletion prevention has held removals since today" in text
    assert "2 accounts in Citrix GoToMeeting would be disabled or deleted. 7 memberships would be removed." in text
    assert "Everything else goes on" in text
    assert f'href="{list_of(job)}"' in answer.content.decode()


def test_without_held_removals_there_is_neither_banner_nor_menu_entry(signed_in: Client, job: ProvisioningJob) -> None:
    text = words(signed_in.get(page_of(job)))

    assert "Accidental deletion prevention" not in text
    assert "Held deletions" not in text
    assert "Nothing is held When more accounts than the limit" in words(signed_in.get(list_of(job)))


def test_the_overview_is_loaded_anew_when_something_becomes_held(signed_in: Client, job: ProvisioningJob) -> None:
    html = signed_in.get(page_of(job)).content.decode()
    seen = html.partition("?seen=")[2].partition('"')[0]
    hold(job, "Ada")

    answer = signed_in.get(f"{page_of(job)}status/?seen={seen}", headers={"HX-Request": "true"})

    assert answer["HX-Refresh"] == "true"


# --- the list
def test_rows_tell_who_what_why_and_since_when(signed_in: Client, job: ProvisioningJob) -> None:
    hold(job, "Ada")
    hold(job, "Bo", status=Staging.APPROVED, decided_at=timezone.now(), decided_by="mia")

    held, allowed = rows(signed_in.get(list_of(job)))

    assert held.startswith("A Ada User Disabled It is not assigned to the application. Today")
    assert held.endswith("Held")
    assert "Allowed, waits to be carried out by mia, today" in allowed


def test_the_cycle_that_staged_it_is_linked(signed_in: Client, job: ProvisioningJob) -> None:
    (ada,) = hold(job, "Ada")
    cycle = make_cycle(job, kind=CycleKind.INCREMENTAL)
    make_activity(cycle, User.objects.get(pk=ada.source_key), action=Action.STAGED_DELETE)

    html = signed_in.get(list_of(job)).content.decode()

    assert f'cycles/{cycle.cycle_id}/">Incremental cycle</a>' in html


def test_the_list_is_searched_and_filtered(signed_in: Client, job: ProvisioningJob) -> None:
    hold(job, "Ada", "Bo")
    hold(job, "Cy", status=Staging.REJECTED)

    assert len(rows(signed_in.get(list_of(job, "?q=ada")))) == 1
    assert len(rows(signed_in.get(list_of(job, "?status=rejected")))) == 1
    assert "No removal matches" in words(signed_in.get(list_of(job, "?q=nobody")))


def test_many_come_in_pages(signed_in: Client, job: ProvisioningJob, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "PAGE_SIZE", 2)
    hold(job, "Ada", "Bo", "Cy")

    assert len(rows(signed_in.get(list_of(job)))) == 2
    assert len(rows(signed_in.get(list_of(job, "?page=2")))) == 1


@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_queries_does_not_grow(
    signed_in: Client, job: ProvisioningJob, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    hold(job, *["Ada", "Bo", "Cy"][:number])

    with django_assert_num_queries(8):
        signed_in.get(list_of(job))


# --- deciding
def test_ticked_removals_are_named_before_they_are_allowed(signed_in: Client, job: ProvisioningJob) -> None:
    ada, bo, _cy = hold(job, "Ada", "Bo", "Cy")

    text = words(signed_in.get(list_of(job, f"allow/?id={ada.pk}&id={bo.pk}")))

    assert "Allow 2 removals?" in text
    assert states() == {"held"}


def test_few_allowed_accounts_are_removed_at_once(signed_in: Client, job: ProvisioningJob) -> None:
    ada, _bo = hold(job, "Ada", "Bo")

    answer = signed_in.post(list_of(job, "allow/"), {"id": [ada.pk]})

    assert toasts(answer) == ["1 removal was allowed\nIt begins at once."]
    run = OnDemandRun.objects.get()
    assert (run.source_key, run.is_removal, run.status) == (ada.source_key, True, RunStatus.QUEUED)
    assert run.queued_at is not None
    entry = AuditEntry.objects.get()
    assert (entry.activity, entry.new) == ("Allow deletes", {"Number": 1, "Removals": ["Ada"]})


def test_all_are_decided_by_a_page_that_names_the_number(signed_in: Client, job: ProvisioningJob) -> None:
    hold(job, *[f"Person {number}" for number in range(12)])
    page = signed_in.get(list_of(job, "allow/?all=1"))
    assert "Allow 12 removals?" in words(page)

    answer = signed_in.post(list_of(job, "allow/"), fields_of(page.content.decode(), "decide"))

    assert toasts(answer) == ["12 removals were allowed\nThe next cycle begins at once."]
    assert states() == {"approved"}
    job.refresh_from_db()
    assert job.held_at is None
    assert job.queued_at is not None


def test_of_all_only_those_are_decided_that_were_held_when_the_number_was_shown(
    signed_in: Client, job: ProvisioningJob
) -> None:
    hold(job, "Ada")
    shown = timezone.now()
    hold(job, "Later")

    signed_in.post(list_of(job, "reject/"), {"all": "1", "until": shown.isoformat()})

    assert dict(StagedRemoval.objects.values_list("state__label", "status")) == {"Ada": "rejected", "Later": "held"}


@pytest.mark.parametrize("until", ["", "nonsense", "2026-13-45T00:00:00", "2026-01-01T00:00:00"])
def test_all_without_the_moment_decides_nothing(signed_in: Client, job: ProvisioningJob, until: str) -> None:
    hold(job, "Ada")

    answer = signed_in.post(list_of(job, "allow/"), {"all": "1", "until": until})

    assert toasts(answer)[0].startswith("Nothing was changed")
    assert states() == {"held"}


def test_rejected_ones_stay(signed_in: Client, job: ProvisioningJob) -> None:
    (ada,) = hold(job, "Ada")

    answer = signed_in.post(list_of(job, "reject/"), {"id": [ada.pk]})

    assert toasts(answer)[0].startswith("1 removal was rejected\nThese accounts and memberships stay")
    assert states() == {"rejected"}
    assert AuditEntry.objects.get().activity == "Reject deletes"


def test_a_second_decision_finds_nothing_left(signed_in: Client, job: ProvisioningJob) -> None:
    (ada,) = hold(job, "Ada")
    signed_in.post(list_of(job, "allow/"), {"id": [ada.pk]})

    answer = signed_in.post(list_of(job, "allow/"), {"id": [ada.pk]})

    assert "Nothing was changed\nThese removals are not held any more." in toasts(answer)
    assert OnDemandRun.objects.count() == 1


def test_without_a_tick_it_says_so(signed_in: Client, job: ProvisioningJob) -> None:
    hold(job, "Ada")

    assert toasts(signed_in.get(list_of(job, "allow/"))) == ["Nothing is selected\nTick the rows you mean first."]


def test_others_removals_and_other_words_are_not_decided(signed_in: Client, job: ProvisioningJob) -> None:
    (ada,) = hold(job, "Ada")
    other = make_job()

    signed_in.post(list_of(other, "allow/"), {"id": [ada.pk, "x", "9" * 30]})

    assert states() == {"held"}
    assert signed_in.get(list_of(job, "delete/")).status_code == 404


def test_while_provisioning_is_off_many_wait_for_it(signed_in: Client, job: ProvisioningJob) -> None:
    hold(job, *[f"Person {number}" for number in range(11)])
    ProvisioningJob.objects.filter(pk=job.pk).update(is_on=False)

    answer = signed_in.post(list_of(job, "allow/"), {"all": "1", "until": timezone.now().isoformat()})

    assert toasts(answer)[0].endswith("The next cycle carries them out, once provisioning is on.")


def test_strangers_are_sent_to_sign_in(client: Client, job: ProvisioningJob) -> None:
    assert client.get(list_of(job)).status_code == 302
    assert client.post(list_of(job, "allow/"), {"id": ["1"]}).status_code == 302
