"""One entry of the provisioning logs in its pane."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from provisioning.choices import Action, Status
from provisioning.engine.scope import FILTERED, NOT_ENTITLED
from provisioning.errors import LicenseLimitExceeded
from provisioning.models import Activity, ActivityExchange, Cycle
from provisioning.texts import Message
from provisioning.views.log_entry import pretty
from tests.factories import make_activity, make_application, make_cycle, make_job, make_user
from tests.views.reading import words

NOW = timezone.now()
STEPS = [
    {
        "name": "EntryImport",
        "provisioningStepType": "import",
        "status": "success",
        "text": Message("Received %(type)s '%(name)s'", {"type": "User", "name": "Bo"}).as_json(),
        "details": {"city": "Lund"},
        "milliseconds": 3,
    },
    {
        "name": "EntrySynchronizationScoping",
        "provisioningStepType": "scoping",
        "status": "success",
        "text": Message("Determine if it is in scope").as_json(),
        "details": {"Active in the source system": "True"},
        "milliseconds": 0,
    },
    {
        "name": "EntryExport",
        "provisioningStepType": "export",
        "status": "failure",
        "text": Message("Failed to create User 'Bo'").as_json(),
        "details": {"Error": "No licence"},
        "milliseconds": 1431,
    },
]
EXCHANGE = {
    "method": "POST",
    "url": "https://goto.example/users",
    "request": '{"users":[{"email":"bo@contoso.example"}]}',
    "status": 409,
    "response": '{"code":"license.limit"}',
    "milliseconds": 120,
}


@pytest.fixture
def cycle(db: None) -> Cycle:
    return make_cycle(make_job(make_application("Citrix GoToMeeting"), {"username": "a"}, is_on=True))


def make_failure(cycle: Cycle, **values: Any) -> Activity:
    defaults = {
        "status": Status.FAILURE,
        "code": LicenseLimitExceeded.code,
        "remedy": LicenseLimitExceeded.remedy,
        "reason": Message("All seats are taken.").as_json(),
        "steps": STEPS,
        "next_try_at": NOW + timedelta(hours=6),
    }
    return make_activity(cycle, make_user(display_name="Bo Ek"), **{**defaults, **values})


def shown(client: Client, entry: Activity, **query: str) -> str:
    """The words of the pane."""
    address = f"{entry.job.application.get_absolute_url()}logs/"
    html = client.get(address, {"entry": str(entry.activity_id), **query}).content.decode()
    return words(html[html.index('id="pane"') : html.index("</section>", html.index('id="pane"'))])


def test_the_head_names_person_status_action_and_time(signed_in: Client, cycle: Cycle) -> None:
    assert "Provisioning log details Bo Ek Failure Create, " in shown(signed_in, make_failure(cycle))


def test_steps_have_title_time_sentence_and_details(signed_in: Client, cycle: Cycle) -> None:
    text = shown(signed_in, make_failure(cycle))

    assert "1. Import user 3 ms , Success Received User 'Bo' View details city Lund" in text
    assert "2. Determine if user is in scope 0 ms" in text
    assert "Active in the source system Yes" in text
    assert "3. Create user in Citrix GoToMeeting 1.4 s , Failure" in text
    assert "LicenseLimitExceeded All seats are taken." in text


def test_request_and_response_are_shown_with_line_breaks(signed_in: Client, cycle: Cycle) -> None:
    entry = make_failure(cycle)
    ActivityExchange.objects.create(activity=entry, exchanges=[EXCHANGE])

    text = shown(signed_in, entry)

    assert "View request and response POST https://goto.example/users" in text
    assert "HTTP 409, 120 ms" in text
    assert "LicenseLimitExceeded (HTTP 409)" in text
    assert 'Answer of the target HTTP 409: “{ "code": "license.limit" }”' in text


def test_a_request_without_answer_says_so(signed_in: Client, cycle: Cycle) -> None:
    entry = make_failure(cycle)
    ActivityExchange.objects.create(activity=entry, exchanges=[{**EXCHANGE, "status": 0, "response": ""}])

    assert "No answer came." in shown(signed_in, entry)


def test_a_value_that_is_missing_is_not_blamed_on_the_last_answer(signed_in: Client, cycle: Cycle) -> None:
    entry = make_failure(cycle, code="MissingValues")
    ActivityExchange.objects.create(activity=entry, exchanges=[{**EXCHANGE, "status": 200, "response": "{}"}])

    text = shown(signed_in, entry)
    assert "Answer of the target" not in text
    assert "MissingValues (HTTP" not in text


def test_nothing_sent_and_not_kept_any_more_are_told_apart(signed_in: Client, cycle: Cycle) -> None:
    assert "No request was sent for this entry." in shown(signed_in, make_failure(cycle))

    old = make_failure(cycle, occurred_at=NOW - timedelta(days=8))
    assert "are not kept any more." in shown(signed_in, old)


def test_a_failure_tells_its_code_how_often_and_the_next_try(signed_in: Client, cycle: Cycle) -> None:
    make_failure(cycle)
    make_failure(cycle, occurred_at=NOW - timedelta(days=8))
    make_failure(make_cycle(make_job()))

    text = shown(signed_in, make_failure(cycle), tab="help")

    assert "Failed to create User 'Bo' All seats are taken. Error code LicenseLimitExceeded" in text
    assert "Seen in the last 7 days 2 times, 2 people" in text
    assert "Next try With the first cycle after" in text
    assert LicenseLimitExceeded.remedy in text
    assert "Users and groups" in text


@pytest.mark.parametrize(
    ("next_try_at", "said"),
    [(NOW - timedelta(hours=1), "With the next cycle"), (None, "None: it has failed for 28 days.")],
)
def test_the_next_try_can_be_the_next_cycle_or_none(
    signed_in: Client, cycle: Cycle, next_try_at: Any, said: str
) -> None:
    assert f"Next try {said}" in shown(signed_in, make_failure(cycle, next_try_at=next_try_at))


def test_an_entry_that_was_overtaken_names_the_newest(signed_in: Client, cycle: Cycle) -> None:
    user = make_user()
    old = make_activity(cycle, user, status=Status.FAILURE, occurred_at=NOW - timedelta(hours=1))
    new = make_activity(cycle, user, action=Action.UPDATE)

    assert "This is not the newest entry. Update: Success," in shown(signed_in, old)
    assert "Next try" not in shown(signed_in, old)
    assert "not the newest entry" not in shown(signed_in, new)


def test_a_success_needs_nothing(signed_in: Client, cycle: Cycle) -> None:
    text = shown(signed_in, make_activity(cycle))

    assert "Nothing to do It is active and assigned" in text
    assert "What you can do" not in text


def test_a_skipped_person_leads_to_the_assignments(signed_in: Client, cycle: Cycle) -> None:
    reason = Message("It is not assigned to the application.").as_json()
    entry = make_activity(cycle, status=Status.SKIPPED, action=Action.OTHER, code=NOT_ENTITLED, reason=reason)

    text = shown(signed_in, entry)

    assert "It is not assigned to the application. What you can do Check who is assigned" in text


def test_a_person_that_a_scoping_filter_leaves_out_leads_to_the_mapping(signed_in: Client, cycle: Cycle) -> None:
    text = shown(signed_in, make_activity(cycle, status=Status.SKIPPED, action=Action.OTHER, code=FILTERED))

    assert "Look at the mapping: Attribute mapping" in text
    assert "Check who is assigned" not in text


def test_modified_properties_are_told_with_old_and_new_value(signed_in: Client, cycle: Cycle) -> None:
    modified = [
        {"displayName": "firstName", "oldValue": "Bo", "newValue": "Bosse"},
        {"displayName": "licenseKeys", "oldValue": None, "newValue": ["1", "2"]},
    ]

    text = shown(signed_in, make_activity(cycle, modified=modified))

    assert "Property Old value New value firstName Bo Bosse licenseKeys – 1, 2" in text
    assert "Nothing was stored" not in text


def test_what_a_failure_tried_to_write_was_not_stored(signed_in: Client, cycle: Cycle) -> None:
    entry = make_failure(cycle, modified=[{"displayName": "email", "oldValue": None, "newValue": "bo@contoso.example"}])

    assert "Nothing was stored, because the step failed." in shown(signed_in, entry)


def test_the_summary_has_every_id(signed_in: Client, cycle: Cycle) -> None:
    entry = make_failure(cycle, milliseconds=690)

    text = shown(signed_in, entry)

    for id_ in (entry.source_id, entry.target_id, entry.cycle.cycle_id, entry.change_id, entry.job.job_id):
        assert str(id_) in text
    assert f"Entry ID {entry.activity_id}" in text
    assert "Duration 690 ms Started by Provisioning service" in text


@pytest.mark.parametrize(("tab", "panel"), [("", "steps"), ("sum", "sum"), ("nonsense", "steps")])
def test_the_tab_is_in_the_address(signed_in: Client, cycle: Cycle, tab: str, panel: str) -> None:
    entry = make_failure(cycle)

    html = signed_in.get(f"/logs/?entry={entry.activity_id}&tab={tab}").content.decode()

    assert f'id="panel-{panel}" aria-labelledby="tab-{panel}" tabindex="0">' in html
    assert html.count('tabindex="0" hidden>') == 3


def test_neighbours_are_those_of_the_filtered_list(signed_in: Client, cycle: Cycle) -> None:
    ages = {"newest": 0, "skipped": 1, "mine": 2, "oldest": 3}
    entries = {
        name: make_activity(
            cycle,
            occurred_at=NOW - timedelta(minutes=age),
            status=Status.SKIPPED if name == "skipped" else Status.SUCCESS,
        )
        for name, age in ages.items()
    }

    html = signed_in.get(f"/logs/?status=success&entry={entries['mine'].activity_id}").content.decode()

    walk = html[html.index('id="walk"') : html.index("data-pane-close")]
    assert f"entry={entries['newest'].activity_id}" in walk
    assert f"entry={entries['oldest'].activity_id}" in walk


def test_a_group_leads_to_its_page(signed_in: Client, cycle: Cycle) -> None:
    entry = make_activity(cycle, object_type="Group", source_name="")

    html = signed_in.get(f"/logs/?entry={entry.activity_id}").content.decode()

    assert f'href="/groups/{entry.source_id}/"' in html


@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_queries_does_not_grow(
    signed_in: Client, cycle: Cycle, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    entries = [make_failure(cycle) for _ in range(number)]
    ActivityExchange.objects.create(activity=entries[0], exchanges=[EXCHANGE] * number)

    with django_assert_num_queries(18):
        signed_in.get(f"/logs/?entry={entries[0].activity_id}")


def test_a_body_that_is_no_json_stays_as_it_is() -> None:
    assert pretty("<html>") == "<html>"
    assert pretty('{"cut": "in the mi') == '{"cut": "in the mi'
    assert pretty('{"name":"Åsa"}') == '{\n  "name": "Åsa"\n}'
