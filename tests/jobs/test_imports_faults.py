"""Faults of the source at any page, and workers that lose their import: nothing is lost, and nothing is half done."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from threading import Event

import pytest
from django.db import transaction
from django.utils import timezone

from provisioning.choices import ImportKind, ImportStatus
from provisioning.directory.base import Page, Record, StartOver
from provisioning.errors import CredentialsRejected, LeaseLost, ProvisioningError, TooManyRequests, Unreachable
from provisioning.jobs import beat
from provisioning.jobs.imports import hand, run, staging
from provisioning.models import Import, StagedRecord, User
from provisioning.texts import say
from tests.jobs.imports_world import ImportWorld, change_something, make_something

pytestmark = pytest.mark.both_databases


def failing_once(page: int, error: BaseException) -> Callable[[int], None]:
    """Raise it the first time that this page is asked for."""
    left = [error]

    def before(asked: int) -> None:
        if asked == page and left:
            raise left.pop()

    return before


@pytest.mark.parametrize("page", range(4))
@pytest.mark.parametrize("error", [TooManyRequests(say("Slowly")), Unreachable(say("Gone"))])
def test_a_page_that_fails_once_is_read_later_and_nothing_before_it_again(
    imports: ImportWorld, page: int, error: ProvisioningError
) -> None:
    make_something(imports)
    imports.source.before = failing_once(page, error)
    asked = imports.ask()

    run.run(asked.pk)
    asked.refresh_from_db()
    assert (asked.status, asked.pages, asked.tries) == (ImportStatus.RUNNING, page, 1)
    assert asked.not_before is not None
    assert asked.not_before > timezone.now()
    found = imports.work(asked)

    assert (found.status, imports.differences()) == (ImportStatus.COMPLETED, {})
    places = [place for _since, place in imports.source.asked]
    assert len(places) == len(set(places)) + 1


def test_the_time_that_the_source_names_is_kept_as_a_row(imports: ImportWorld) -> None:
    error = TooManyRequests(say("Slowly"))
    error.retry_after = 300
    imports.source.before = failing_once(0, error)
    found = imports.ask()

    run.run(found.pk)
    run.run(found.pk)

    found.refresh_from_db()
    assert len(imports.source.asked) == 1
    assert found.not_before is not None
    assert timedelta(seconds=290) < found.not_before - timezone.now() < timedelta(seconds=301)


@pytest.mark.parametrize(
    "error", [CredentialsRejected(say("Who are you?")), KeyError("value"), Unreachable(say("Gone"))]
)
def test_a_source_that_does_not_go_on_fails_the_import_and_changes_nothing(
    imports: ImportWorld, error: Exception
) -> None:
    make_something(imports)
    imports.read()
    before = imports.head
    change_something(imports)

    def fails(page: int) -> None:
        if page:
            raise error

    imports.source.before = fails
    found = imports.read()

    assert (found.status, imports.head) == (ImportStatus.FAILED, before)
    assert found.error_message
    assert not StagedRecord.objects.exists()
    imports.source.before = lambda page: None
    assert imports.read().status == ImportStatus.COMPLETED
    assert imports.differences() == {}


@pytest.mark.parametrize("page", range(2))
def test_a_token_that_ends_in_the_middle_starts_a_whole_read(imports: ImportWorld, page: int) -> None:
    make_something(imports)
    imports.read()
    change_something(imports)
    imports.source.before = failing_once(page, StartOver())

    found = imports.read()

    assert (found.kind, found.status, imports.differences()) == (ImportKind.SNAPSHOT, ImportStatus.COMPLETED, {})


def test_a_source_that_names_the_same_page_again_is_given_up(
    imports: ImportWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports.source, "read", lambda **given: Page(records=[], next="again"))

    assert imports.read().status == ImportStatus.FAILED


def test_a_second_worker_finds_the_import_in_other_hands(imports: ImportWorld) -> None:
    make_something(imports)
    found = imports.ask()
    assert hand.claim(found.pk, 45) is not None

    run.run(found.pk)

    assert imports.source.asked == []


def test_a_worker_whose_lease_was_taken_over_records_nothing_more(imports: ImportWorld) -> None:
    make_something(imports)
    found = imports.ask()
    first = hand.claim(found.pk, 45)
    assert first is not None
    imports.lapse()
    second = hand.claim(found.pk, 45)
    assert second is not None

    with pytest.raises(LeaseLost), transaction.atomic():
        first.fence(pages=100)
    with pytest.raises(LeaseLost):
        first.give_back()
    second.fence(pages=1)
    assert Import.objects.get().pages == 1


def test_an_import_that_was_ended_meanwhile_is_left_at_once(
    imports: ImportWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_something(imports)

    def discarded() -> None:
        if imports.source.asked:
            Import.objects.update(status=ImportStatus.DISCARDED)

    monkeypatch.setattr(beat, "write", discarded)  # between two pages
    found = imports.ask()

    run.run(found.pk)

    assert Import.objects.get().pages == 1
    assert not User.objects.exists()
    assert not StagedRecord.objects.exists()


def test_while_a_page_is_staged_the_next_one_is_on_its_way(
    imports: ImportWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_something(imports)
    asked = Event()
    imports.source.before = lambda page: asked.set() if page == 1 else None
    stage, seen = staging.stage, []

    def stage_first(found: Import, records: Sequence[Record]) -> None:
        seen.append(asked.wait(10))
        stage(found, records)

    monkeypatch.setattr(staging, "stage", stage_first)
    found = imports.read()

    assert (found.status, imports.differences(), all(seen)) == (ImportStatus.COMPLETED, {}, True)
    places = [place for _since, place in imports.source.asked]
    assert len(places) == len(set(places)) == found.pages


def test_when_the_time_is_up_no_page_is_asked_for_that_nobody_would_stage(
    imports: ImportWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_something(imports)
    found = imports.ask()
    monkeypatch.setattr(hand.Hand, "is_over", property(lambda self: bool(imports.source.asked)))

    run.run(found.pk)

    found.refresh_from_db()
    assert (len(imports.source.asked), found.pages) == (1, 1)
