"""Enterprise applications, All applications."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from provisioning.choices import CycleStatus, Mode, Status
from provisioning.models import EnterpriseApplication, ProvisioningJob
from tests.factories import (
    make_application,
    make_assignment,
    make_cycle,
    make_group,
    make_job,
    make_state,
    make_user,
)
from tests.views.reading import rows, words

HTMX = {"HX-Request": "true"}


def make_running(name: str) -> ProvisioningJob:
    job = make_job(make_application(name), {"username": "a"}, is_on=True)
    make_cycle(job)
    return job


def make_healthy(name: str) -> ProvisioningJob:
    job = make_job(make_application(name), {"username": "a"}, is_on=True)
    make_cycle(job, status=CycleStatus.COMPLETED)
    return job


def test_home_leads_to_the_gallery_while_there_is_no_application(signed_in: Client) -> None:
    assert signed_in.get("/").url == "/applications/new/"


def test_home_leads_to_the_applications_once_there_is_one(signed_in: Client) -> None:
    make_application()

    assert signed_in.get("/").url == "/applications/"


def test_an_empty_list_offers_the_gallery(signed_in: Client) -> None:
    page = signed_in.get("/applications/")

    assert "No applications yet Add the first one from the gallery. New application" in words(page)


def test_a_row_tells_state_last_cycle_mode_users_and_groups(signed_in: Client) -> None:
    job = make_healthy("Citrix GoToMeeting")
    make_state(job, make_user())
    make_assignment(job.application, make_group(), "GoToMeeting")

    row = rows(signed_in.get("/applications/"))[0]

    assert row.startswith("CG Citrix GoToMeeting Healthy Today, ")
    assert f"Automatic 1 1 {str(job.application.application_id)[:13]}… Today" in row


def test_users_are_those_whose_account_is_kept_up_to_date(signed_in: Client) -> None:
    job = make_healthy("One")
    make_state(job, make_user())
    make_state(job, make_user(), managed=False)

    assert " Automatic 1 0 " in rows(signed_in.get("/applications/"))[0]


def test_an_application_that_is_not_set_up_has_no_number_of_users(signed_in: Client) -> None:
    make_application("New")

    assert rows(signed_in.get("/applications/"))[0].startswith("Ne New Not set up – Manual – 0")


def test_failing_objects_are_counted_as_warnings(signed_in: Client) -> None:
    job = make_healthy("One")
    make_state(job, make_user(), status=Status.FAILURE)
    make_state(job, make_user(), status=Status.FAILURE)

    assert "Healthy with 2 warnings" in rows(signed_in.get("/applications/"))[0]


def test_the_strip_counts_every_state_whatever_is_filtered(signed_in: Client) -> None:
    make_healthy("One")
    make_healthy("Two")
    make_running("Three")
    make_job(make_application("Four"), {"username": "a"})

    page = words(signed_in.get("/applications/", {"q": "four"}))

    assert "4 Applications 2 Healthy 0 With warnings 1 Running 0 Held 0 Quarantined 1 Stopped 0 Not set up" in page


@pytest.mark.parametrize("text", ["goto", "GOTO", " gotomeeting "])
def test_search_finds_a_part_of_the_name(signed_in: Client, text: str) -> None:
    make_application("Citrix GoToMeeting")
    make_application("Lantern Wiki", "scim")

    page = signed_in.get("/applications/", {"q": text})

    assert "1 application found" in words(page)
    assert len(rows(page)) == 1


def test_search_finds_the_name_in_the_gallery_and_the_publisher(signed_in: Client) -> None:
    make_application("Meetings", "citrix_gotomeeting")
    make_application("Expenses", "scim")

    page = signed_in.get("/applications/", {"q": "citrix"})

    assert [row.split()[1] for row in rows(page)] == ["Meetings"]


def test_search_finds_the_beginning_of_an_id(signed_in: Client) -> None:
    wanted = make_application("Wanted")
    make_application("Other")

    page = signed_in.get("/applications/", {"q": str(wanted.application_id)[:18]})

    assert [row.split()[1] for row in rows(page)] == ["Wanted"]


def test_filters_by_status_and_mode(signed_in: Client) -> None:
    make_healthy("Healthy one")
    make_running("Running one")
    make_application("New one")

    both = signed_in.get("/applications/", {"status": ["healthy", "running"]})
    manual = signed_in.get("/applications/", {"mode": Mode.MANUAL})

    assert len(rows(both)) == 2
    assert [row.split()[1] for row in rows(manual)] == ["New"]


def test_what_the_address_says_wrongly_does_not_filter(signed_in: Client) -> None:
    make_application("One")

    page = signed_in.get("/applications/", {"q": "\0", "status": "purple", "sort": "size", "page": "minus one"})

    assert page.status_code == 200
    assert len(rows(page)) == 1


def test_no_hit_offers_to_clear_the_filters(signed_in: Client) -> None:
    make_application("One")

    assert "No application matches Clear filters" in words(signed_in.get("/applications/", {"q": "two"}))


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", ["alpha", "Beta", "Gamma"]),
        ("-name", ["Gamma", "Beta", "alpha"]),
        ("status", ["Gamma", "Beta", "alpha"]),
        ("-status", ["alpha", "Beta", "Gamma"]),
        ("cycle", ["alpha", "Beta", "Gamma"]),
        ("-cycle", ["Gamma", "Beta", "alpha"]),
        ("created", ["Beta", "alpha", "Gamma"]),
    ],
)
def test_sorts_by_each_column(signed_in: Client, sort: str, expected: list[str]) -> None:
    now = timezone.now()
    make_application("alpha")
    make_cycle(make_healthy("Beta"), status=CycleStatus.COMPLETED, started_at=now + timedelta(hours=1))
    gamma = make_running("Gamma")
    gamma.cycles.update(started_at=now + timedelta(hours=2))
    ProvisioningJob.objects.filter(pk=gamma.pk).update(quarantine="EncounteredQuarantineException")
    EnterpriseApplication.objects.filter(display_name="Beta").update(created_at=now - timedelta(days=3))

    page = signed_in.get("/applications/", {"sort": sort})

    assert [row.split()[1] for row in rows(page)] == expected


def test_shows_fifty_a_page(signed_in: Client) -> None:
    for number in range(52):
        make_application(f"Application {number:03}")

    first, second = signed_in.get("/applications/"), signed_in.get("/applications/", {"page": 2})

    assert len(rows(first)) == 50
    assert "1–50 of 52" in words(first)
    assert len(rows(second)) == 2


@pytest.mark.parametrize("number", [1, 3])
def test_needs_the_same_queries_for_any_number_of_rows(
    signed_in: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    for _ in range(number):
        job = make_running("")
        make_state(job, make_user())
        make_assignment(job.application, make_group())

    with django_assert_num_queries(8):
        signed_in.get("/applications/")


def test_htmx_gets_the_list_alone_and_an_address_without_empty_filters(signed_in: Client) -> None:
    make_application("One")

    part = signed_in.get("/applications/", {"q": "", "status": "not set up", "sort": ""}, headers=HTMX)

    assert part.headers["HX-Push-Url"] == "/applications/?status=not+set+up"
    assert "HX-Request" in part.headers["Vary"]
    assert "<main" not in part.content.decode()
    assert len(rows(part)) == 1


def test_going_back_in_the_history_gets_the_whole_page(signed_in: Client) -> None:
    page = signed_in.get("/applications/", headers={**HTMX, "HX-History-Restore-Request": "true"})

    assert "<main" in page.content.decode()


def test_polling_answers_the_cells_of_the_running_rows_and_goes_on(signed_in: Client) -> None:
    job = make_running("Running one")
    make_running("Not asked for")

    part = signed_in.get(
        "/applications/", {"row": str(job.application.application_id)}, headers={**HTMX, "HX-Trigger": "poll"}
    )

    assert words(part).startswith("Running Today, ")
    assert part.content.decode().count('id="status-') == 1
    assert "every 5s" in part.content.decode()


def test_polling_ends_when_the_last_cycle_has_ended(signed_in: Client) -> None:
    job = make_healthy("Done")

    part = signed_in.get(
        "/applications/", {"row": str(job.application.application_id)}, headers={**HTMX, "HX-Trigger": "poll"}
    )

    assert words(part).startswith("Healthy Today, ")
    assert "every 5s" not in part.content.decode()


def test_columns_are_chosen_and_stay_chosen(signed_in: Client) -> None:
    job = make_healthy("One")

    signed_in.get("/applications/", {"column": ["gallery", "object"]})
    row = rows(signed_in.get("/applications/"))[0]

    assert row == f"On One Citrix GoToMeeting {str(job.application.object_id)[:13]}…"


def test_filters_by_gallery_application_age_and_number_of_users(signed_in: Client) -> None:
    make_state(make_healthy("Old one"), make_user())
    EnterpriseApplication.objects.update(created_at=timezone.now() - timedelta(days=90))
    make_application("New one")

    assert [row.split()[1] for row in rows(signed_in.get("/applications/", {"age": "30"}))] == ["New"]
    assert [row.split()[1] for row in rows(signed_in.get("/applications/", {"users": "1"}))] == ["Old"]
    assert len(rows(signed_in.get("/applications/", {"gallery": "citrix_gotomeeting"}))) == 2
    assert "No application matches" in words(signed_in.get("/applications/", {"gallery": "goto_organization"}))


def test_the_list_can_be_downloaded_as_it_is_filtered(signed_in: Client) -> None:
    make_state(make_healthy("=cmd()"), make_user())
    make_application("Other")

    file = signed_in.get("/applications/download/", {"status": "healthy", "column": ["status", "users"]})

    assert file["Content-Type"].startswith("text/csv")
    text = b"".join(file.streaming_content).decode("utf-8-sig")
    assert text.splitlines() == ["Name,Status,Users", "'=cmd(),Healthy,1"]


def test_names_are_data_not_markup(signed_in: Client) -> None:
    make_application("<b>Bold</b>")

    assert "&lt;b&gt;Bold&lt;/b&gt;" in signed_in.get("/applications/").content.decode()


def test_strangers_are_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.get("/applications/").url == "/sign-in/?next=/applications/"
