"""Saved views of the provisioning logs, and the columns that somebody chose."""

import pytest
from django.test import Client

from provisioning.models import Cycle, SavedView
from provisioning.views import log_views
from provisioning.views.log_columns import COLUMNS
from tests.factories import make_activity, make_administrator, make_application, make_cycle, make_job
from tests.views.reading import toasts, words


@pytest.fixture
def cycle(db: None) -> Cycle:
    return make_cycle(make_job(make_application("Citrix GoToMeeting"), {"username": "a"}, is_on=True))


@pytest.fixture
def page(cycle: Cycle) -> str:
    make_activity(cycle)
    return f"{cycle.job.application.get_absolute_url()}logs/"


def heads(client: Client, page: str) -> str:
    html = client.get(page).content.decode()
    return words(html[html.index("<thead") : html.index("</thead>")])


def test_a_view_keeps_filters_and_order_and_not_where_one_is(signed_in: Client, page: str) -> None:
    query = "status=failure&q=&sort=date&older=x&entry=y&tab=sum"

    answer = signed_in.post(f"{page}views/", {"name": " Failures ", "query": query})

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{page}?status=failure&sort=date")
    html = signed_in.get(f"{page}?status=failure&sort=date").content.decode()
    assert f'<a href="{page}?status=failure&amp;sort=date" aria-current="true">Failures</a>' in html


def test_a_view_is_of_its_person_and_page(signed_in: Client, page: str, client: Client) -> None:
    signed_in.post(f"{page}views/", {"name": "Mine", "query": ""})

    client.force_login(make_administrator())
    assert ">Mine</a>" not in client.get(page).content.decode()
    assert ">Mine</a>" not in signed_in.get("/logs/").content.decode()
    [view] = SavedView.objects.all()
    assert client.post(f"{page}views/{view.pk}/delete/").status_code == 404


def test_the_same_name_takes_the_place_of_the_old_one(signed_in: Client, page: str) -> None:
    for query in ("status=failure", "status=skipped"):
        signed_in.post(f"{page}views/", {"name": "Mine", "query": query})

    assert [each.query for each in SavedView.objects.all()] == ["status=skipped"]


def test_a_view_can_be_deleted(signed_in: Client, page: str) -> None:
    signed_in.post("/logs/views/", {"name": "Mine", "query": "status=failure"})

    answer = signed_in.post(f"/logs/views/{SavedView.objects.get().pk}/delete/", {"query": "status=failure"})

    assert answer.headers["Location"] == "/logs/?status=failure"
    assert not SavedView.objects.exists()


def test_a_view_needs_a_name_and_there_is_an_end(signed_in: Client, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_views, "MOST", 1)

    assert "Give it a name" in toasts(signed_in.post(f"{page}views/", {"name": " "}))[0]
    signed_in.post(f"{page}views/", {"name": "One"})
    assert any("not saved" in each for each in toasts(signed_in.post(f"{page}views/", {"name": "Two"})))
    assert SavedView.objects.count() == 1


def test_columns_are_remembered_for_the_person(signed_in: Client, page: str, client: Client) -> None:
    assert heads(signed_in, page) == "Identity Action Status Reason Source System Target System Date"

    answer = signed_in.post(f"{page}columns/", {"column": ["duration", "action", "bad"], "query": "status=success"})

    assert answer.headers["Location"] == f"{page}?status=success"
    assert heads(signed_in, page) == "Identity Action Duration"
    client.force_login(make_administrator())
    assert "Duration" not in heads(client, page)


def test_no_column_chosen_is_the_usual_ones(signed_in: Client, page: str) -> None:
    signed_in.post(f"{page}columns/", {"column": ["cycle-id"]})
    signed_in.post(f"{page}columns/", {})

    assert heads(signed_in, page) == "Identity Action Status Reason Source System Target System Date"


def test_every_column_can_be_shown(signed_in: Client, page: str, cycle: Cycle) -> None:
    signed_in.post(f"{page}columns/", {"column": list(COLUMNS)})

    text = words(signed_in.get(page))

    assert str(cycle.cycle_id) in text
    assert cycle.job.full_id.rpartition(".")[2] in text
    assert "Provisioning service" in text
