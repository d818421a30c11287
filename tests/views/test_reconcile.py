"""Reconcile: the command, and what its cycle found."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import AuditEntry
from provisioning.choices import CycleKind, CycleStatus, ObjectType, Phase, Work
from provisioning.models import Cycle, ProvisioningJob, SurveyRow
from provisioning.views import reconcile as view
from tests.factories import make_activity, make_cycle, make_slice, make_state, make_user
from tests.views.overviews import make_job_that_is_on, make_running_cycle, page_of, quarantine
from tests.views.reading import toasts, words


@pytest.fixture
def job(db: None) -> ProvisioningJob:
    return make_job_that_is_on()


@pytest.fixture
def cycle(job: ProvisioningJob) -> Cycle:
    return make_cycle(
        job, kind=CycleKind.RECONCILE, status=CycleStatus.COMPLETED, phase=Phase.FINISH, surveyed=["User"]
    )


def cycle_page(cycle: Cycle) -> str:
    return f"{page_of(cycle.job)}cycles/{cycle.cycle_id}/"


def survey(cycle: Cycle, *ids: str) -> None:
    for id_ in ids:
        SurveyRow.objects.create(cycle=cycle, object_type=ObjectType.USER, target_id=id_, label=f"Account {id_}")


# --- the command
@pytest.mark.parametrize(("choice", "repairs"), [("report", False), ("repair", True)])
def test_a_cycle_is_begun_and_queued(signed_in: Client, job: ProvisioningJob, choice: str, repairs: bool) -> None:
    answer = signed_in.post(f"{page_of(job)}reconcile/", {"repair": choice})

    cycle = Cycle.objects.get()
    assert answer["Location"] == cycle_page(cycle)
    assert (cycle.kind, cycle.repair) == (CycleKind.RECONCILE, repairs)
    job.refresh_from_db()
    assert job.queued_at is not None
    assert (AuditEntry.objects.get().activity, AuditEntry.objects.get().new) == ("Reconcile", {"Repair": repairs})


def test_without_script_a_page_asks(signed_in: Client, job: ProvisioningJob) -> None:
    text = words(signed_in.get(f"{page_of(job)}reconcile/"))

    assert "Report only Nothing is changed." in text
    assert "Report and repair" in text


def test_an_unknown_choice_is_refused(signed_in: Client, job: ProvisioningJob) -> None:
    assert signed_in.post(f"{page_of(job)}reconcile/", {"repair": "both"}).status_code == 422
    assert Cycle.objects.count() == 0


def test_while_a_cycle_is_under_way_it_is_refused(signed_in: Client, job: ProvisioningJob) -> None:
    make_running_cycle(job)

    answer = signed_in.post(f"{page_of(job)}reconcile/", {"repair": "report"})

    assert toasts(answer) == ["Reconcile\nA cycle is under way. Wait until it has ended."]
    assert answer["Location"] == page_of(job)
    assert AuditEntry.objects.count() == 0


def test_the_overview_offers_it_and_says_why_not(signed_in: Client, job: ProvisioningJob) -> None:
    html = signed_in.get(page_of(job)).content.decode()
    assert f'href="{page_of(job)}reconcile/"' in html
    assert 'data-open="reconcile-dlg"' in html

    quarantine(job)

    assert "Provisioning is in quarantine. Mend its cause first." in words(signed_in.get(page_of(job)))


def test_where_accounts_cant_be_listed_it_says_that_nothing_is_compared(
    signed_in: Client, job: ProvisioningJob
) -> None:
    job.application.gallery_key = "scim"
    job.application.profile = {"administrator": {"list.supported": False}}
    job.application.save()

    for page in ("", "reconcile/"):
        answer = signed_in.get(page_of(job) + page)
        assert "Nothing is compared" in words(answer)
        assert "switch list.supported on in the SCIM profile" in words(answer)
        assert reverse("profile", args=[job.application.application_id]) in answer.content.decode()


@pytest.mark.parametrize("page", ["", "reconcile/"])
def test_where_they_can_it_does_not(signed_in: Client, job: ProvisioningJob, page: str) -> None:
    assert "Nothing is compared" not in words(signed_in.get(page_of(job) + page))


# --- the cycle's page
@pytest.mark.parametrize(
    ("surveyed", "status", "is_told"),
    [
        ([], CycleStatus.COMPLETED, True),
        (["User"], CycleStatus.COMPLETED, False),
        ([], CycleStatus.RUNNING, False),
    ],
)
def test_a_cycle_that_compared_nothing_says_so(
    signed_in: Client, job: ProvisioningJob, surveyed: list[str], status: str, is_told: bool
) -> None:
    cycle = make_cycle(job, kind=CycleKind.RECONCILE, status=status, surveyed=surveyed)

    assert ("Nothing is compared" in words(signed_in.get(cycle_page(cycle)))) is is_told


def test_changed_and_missing_accounts_are_counted(signed_in: Client, cycle: Cycle) -> None:
    for code in ("DriftFound", "DriftFound", "AccountMissing", "Other"):
        make_activity(cycle, code=code)

    answer = signed_in.get(cycle_page(cycle))

    assert "Changed accounts 2 Missing accounts 1 Accounts nobody owns –" in words(answer)
    assert f"cycle={cycle.cycle_id}&amp;code=DriftFound" in answer.content.decode()
    assert "Reconcile, report only" in words(answer)


def test_accounts_nobody_owns_are_listed_in_pages(
    signed_in: Client, cycle: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "PAGE_SIZE", 2)
    make_state(cycle.job, make_user(), target_id="a")
    survey(cycle, "a", "b", "c", "d")

    first, second = (words(signed_in.get(f"{cycle_page(cycle)}?page={n}")) for n in (1, 2))

    assert "Accounts nobody owns 3" in first
    assert "Account a" not in first
    assert ("Account b" in first, "Account d" in first, "Account d" in second) == (True, False, True)


def test_while_it_runs_the_list_is_not_there_yet(signed_in: Client, job: ProvisioningJob) -> None:
    cycle = make_cycle(job, kind=CycleKind.RECONCILE)
    survey(cycle, "a")

    assert "The list is there when the cycle has ended." in words(signed_in.get(cycle_page(cycle)))


def test_other_cycles_have_no_findings(signed_in: Client, job: ProvisioningJob) -> None:
    assert "nobody owns" not in words(signed_in.get(cycle_page(make_cycle(job))))


@pytest.mark.parametrize("page", ["", "cycles/"])
def test_reconcile_cycles_are_in_the_lists(signed_in: Client, cycle: Cycle, page: str) -> None:
    assert str(cycle.cycle_id) in signed_in.get(page_of(cycle.job) + page).content.decode()


def test_slices_tell_their_work(signed_in: Client, cycle: Cycle) -> None:
    make_slice(cycle, phase=Phase.SURVEY, work=Work.SURVEY)
    make_slice(cycle, phase=Phase.REMOVALS, work=Work.MEMBER_REMOVALS, object_type=ObjectType.GROUP)
    make_slice(cycle, again=True, not_before=timezone.now(), dirty=True)

    text = words(signed_in.get(cycle_page(cycle)))

    assert "List accounts List accounts (User) Open" in text
    assert "Removals Members to take out (Group) Open" in text
    assert "Those that wait for another try, not before" in text
    assert "Its worker vanished: one object at a time" in text
