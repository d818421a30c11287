"""The activity report in its classic form."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from provisioning.choices import CycleStatus, Status
from provisioning.models import Cycle
from provisioning.texts import Message
from tests.factories import make_activity, make_application, make_cycle, make_job, make_user
from tests.views.reading import rows

NOW = timezone.now()


def step(type_: str, text: str, status: Status = Status.SUCCESS) -> dict[str, object]:
    told = Message(text).as_json()
    return {"name": "", "provisioningStepType": type_, "status": status, "text": told, "details": {}, "milliseconds": 5}


STEPS = [
    step("import", "Read."),
    step("scoping", "In scope."),
    step("matching", "None found."),
    step("processing", "Mapped."),
    step("export", "Created."),
]


@pytest.fixture
def cycle(db: None) -> Cycle:
    return make_cycle(make_job(make_application("Citrix GoToMeeting"), {"username": "a"}, is_on=True))


@pytest.fixture
def page(cycle: Cycle) -> str:
    return f"{cycle.job.application.get_absolute_url()}logs/activity/"


def lines(client: Client, page: str) -> list[str]:
    return [row.partition(" ")[2] for row in rows(client.get(page))]


def test_each_step_of_an_entry_is_a_line_the_last_first(signed_in: Client, cycle: Cycle, page: str) -> None:
    make_activity(cycle, make_user(display_name="Bo"), steps=STEPS)

    found = [line[line.index("Bo") :] for line in lines(signed_in, page)]

    assert found == [
        "Bo Export Success Created.",
        "Bo Synchronization rule action Success Mapped.",
        "Bo Import Success None found.",
        "Bo Synchronization rule action Success In scope.",
        "Bo Import Success Read.",
    ]


def test_a_failure_tells_its_code_and_reason(signed_in: Client, cycle: Cycle, page: str) -> None:
    steps = [*STEPS[:4], step("export", "Not created.", Status.FAILURE)]
    make_activity(cycle, steps=steps, status=Status.FAILURE, code="Taken", reason=Message("Taken already.").as_json())

    assert lines(signed_in, page)[0].endswith("Export Failure Taken Taken already.")


def test_what_is_tried_again_after_a_failure_is_the_escrow(signed_in: Client, cycle: Cycle, page: str) -> None:
    bo = make_user()
    make_activity(cycle, bo, status=Status.FAILURE, occurred_at=NOW - timedelta(hours=1))
    make_activity(cycle, bo, steps=STEPS)

    found = lines(signed_in, page)

    assert "Process escrow" in found[0]
    assert "Export" in found[-1]


def test_a_cycle_that_stood_still_is_told_among_them(signed_in: Client, cycle: Cycle, page: str) -> None:
    make_activity(cycle, occurred_at=NOW - timedelta(hours=1))
    Cycle.objects.update(
        status=CycleStatus.INTERRUPTED,
        stopped_at=NOW,
        stop_code="CredentialsRejected",
        stop_message=Message("The password was changed.").as_json(),
    )

    first, second = lines(signed_in, page)

    assert first.endswith("Citrix GoToMeeting Quarantine Failure CredentialsRejected The password was changed.")
    assert "Export" in second
    assert len(lines(signed_in, f"{page}?activity=Quarantine")) == 1
    assert len(lines(signed_in, f"{page}?q=nobody")) == 0


def test_the_kind_of_activity_filters(signed_in: Client, cycle: Cycle, page: str) -> None:
    make_activity(cycle, steps=STEPS)

    assert len(lines(signed_in, f"{page}?activity=Import")) == 2
    assert len(lines(signed_in, f"{page}?activity=Import&activity=Export")) == 3


def test_a_line_leads_to_its_entry(signed_in: Client, cycle: Cycle, page: str) -> None:
    entry = make_activity(cycle)

    html = signed_in.get(page).content.decode()

    assert f"logs/?entry={entry.activity_id}&amp;date=any" in html


@pytest.mark.parametrize("number", [1, 4])
def test_the_number_of_queries_does_not_grow(
    signed_in: Client, cycle: Cycle, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(number):
        make_activity(cycle, steps=STEPS)

    with django_assert_num_queries(6):
        assert len(lines(signed_in, "/logs/activity/")) == 5 * number
