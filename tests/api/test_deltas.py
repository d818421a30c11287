"""Delta reads: first, later, over pages, with changes meanwhile, and tokens that are no good."""

from datetime import timedelta
from urllib.parse import unquote

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from provisioning.api import delta
from provisioning.jobs import change, sweep
from tests.api.delta_reads import HARD, SELECTED, SMALL, SOFT, as_user, ids, key, read
from tests.api.face import Face
from tests.factories import change_user, make_directory, make_group, make_user, make_users

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.mark.parametrize("form", ["delta", "delta()", "microsoft.graph.delta()"])
def test_a_first_read_tells_everybody_who_is_there(face: Face, form: str) -> None:
    people = make_users(5)
    change.delete(people[0])

    found, _link = read(face, f"/users/{form}", SMALL)

    assert ids(found) == [key(each) for each in people[1:]]


def test_without_changes_a_later_read_is_empty(face: Face) -> None:
    make_users(3)
    _found, link = read(face, "/users/delta")

    for _ in range(2):
        found, link = read(face, link)
        assert found == []


def test_a_later_read_tells_what_changed_with_what_was_selected_at_first(face: Face) -> None:
    bo = make_users(3)[1]
    _found, link = read(face, "/users/delta?$select=displayName,department")
    change_user(bo, department="IT")
    new = make_user()

    found, _link = read(face, link)

    assert found == [
        {"id": key(bo), "displayName": bo.display_name, "department": "IT"},
        {"id": key(new), "displayName": new.display_name, "department": None},
    ]


def test_who_is_deleted_restored_and_purged_is_told_with_the_reason(face: Face) -> None:
    bo, cy, di = make_users(3)
    change.delete(di)
    _found, link = read(face, "/users/delta?$select=id")
    change.delete(bo)
    change.purge(cy)
    change.restore(di)

    found, link = read(face, link)

    assert found == [{"id": key(bo), **SOFT}, {"id": key(cy), **HARD}, {"id": key(di)}]


def test_nothing_that_changes_while_pages_are_read_is_missed(face: Face) -> None:
    people = make_users(6)
    first = face.get("/users/delta?$select=displayName", Prefer=SMALL).json()
    change_user(people[0], display_name="Read already")
    change_user(people[5], display_name="Not read yet")
    late = make_user()
    _rest, link = read(face, first["@odata.nextLink"], SMALL)

    found, _link = read(face, link, SMALL)

    assert ids(found) == [key(people[0]), key(people[5]), key(late)]


def test_a_change_in_the_middle_of_a_later_read_is_not_missed(face: Face) -> None:
    people = make_users(6)
    _found, link = read(face, "/users/delta")
    for each in people:
        change_user(each, department="IT")
    body = face.get(link, Prefer=SMALL).json()
    change_user(people[0], department="HR")
    change_user(people[5], department="HR")
    rest, link = read(face, body["@odata.nextLink"], SMALL)
    again, _link = read(face, link)

    assert set(ids(body["value"]) + ids(rest)) == {key(each) for each in people}
    assert {key(people[0]), key(people[5])} <= set(ids(again))


def test_people_under_one_change_number_are_paged(face: Face) -> None:
    _found, link = read(face, "/users/delta?$select=id")
    people = make_users(5)

    found, _link = read(face, link, SMALL)

    assert ids(found) == [key(each) for each in people]


def test_managers_are_told_when_they_are_selected(face: Face) -> None:
    ann = make_user()
    bo = make_user(manager=ann)
    found, link = read(face, "/users/delta?$select=id,manager")
    change_user(bo, manager=None)
    later, _link = read(face, link)

    assert found == [{"id": key(ann), "manager@delta": []}, {"id": key(bo), "manager@delta": [as_user(ann)]}]
    assert later == [{"id": key(bo), "manager@delta": []}]


def test_from_now_on_tells_nothing_of_before(face: Face) -> None:
    make_users(3)
    found, link = read(face, "/users/delta?$deltatoken=latest&$select=id")
    bo = make_user()

    assert (found, read(face, link)[0]) == ([], [{"id": key(bo)}])


def test_a_delta_can_be_of_a_few_only(face: Face) -> None:
    bo, cy, di = make_users(3)
    found, link = read(face, f"/users/delta?$select=id&$filter=id eq '{key(bo)}' or id eq '{key(cy)}'")
    for each in (bo, di):
        change_user(each, department="IT")
    later, _link = read(face, link)

    assert (ids(found), ids(later)) == ([key(bo), key(cy)], [key(bo)])


@pytest.mark.parametrize(
    "option",
    [
        "$filter=displayName eq 'x'",
        "$filter=id ne 'x'",
        "$filter=id eq 'x'",
        "$filter=" + " or ".join(["id eq '00000000-0000-0000-0000-000000000000'"] * 51),
        "$top=3",
        "$expand=manager",
        "$orderby=displayName",
        "$select=shoeSize",
    ],
)
def test_what_a_delta_does_not_take_is_refused(face: Face, option: str) -> None:
    assert face.get(f"/users/delta?{option}").status_code == 400


# --- tokens ---------------------------------------------------------------------------------------


def refusal(face: Face, link: str) -> tuple[int, str, str]:
    response = face.get(link)
    return response.status_code, response.json()["error"]["code"], unquote(response.get("Location", ""))


def test_a_token_that_was_not_made_here_means_reading_anew(face: Face) -> None:
    where = "http://testserver/graph/v1.0/users/delta"

    assert refusal(face, "/users/delta?$deltatoken=nonsense") == (410, "resyncRequired", where)
    assert refusal(face, "/users/delta?$skiptoken=nonsense") == (410, "resyncRequired", where)


def test_a_token_is_good_for_a_week(face: Face) -> None:
    _found, link = read(face, "/users/delta")
    with time_machine.travel(timezone.now() + delta.TOLD_FOR + timedelta(minutes=1)):
        face.token = Face().token
        assert refusal(face, link)[:2] == (410, "syncStateNotFound")


def test_a_token_from_before_rows_were_swept_means_reading_anew(face: Face) -> None:
    bo, cy = make_users(2)
    _found, old = read(face, "/users/delta?$select=id,displayName")
    change.purge(bo)
    _found, new = read(face, old)
    for night in (timezone.now() - delta.TOLD_FOR, timezone.now()):
        sweep.marked(night)

    where = "http://testserver/graph/v1.0/users/delta?$select=id,displayName"
    assert refusal(face, old) == (410, "syncStateNotFound", where)
    assert face.get(new).status_code == 200
    assert ids(read(face, where)[0]) == [key(cy)]


def test_the_sweep_of_the_night_leaves_a_week_to_ask(face: Face) -> None:
    bo, _cy = make_users(2)
    _found, link = read(face, "/users/delta")
    change.purge(bo)
    for day in range(7):
        sweep.marked(timezone.now() + timedelta(days=day))

    found, _link = read(face, link)

    assert found == [{"id": key(bo), "@removed": {"reason": "deleted"}}]


def test_a_token_of_another_tenant_or_resource_is_refused(face: Face) -> None:
    _found, link = read(face, "/users/delta")

    assert face.get(link.replace("/users/", "/groups/")).status_code == 400
    make_directory(tenant_id="11111111-1111-1111-1111-111111111111")
    assert face.get(link).status_code == 400


@pytest.mark.parametrize("number", [20, 200])
def test_a_read_of_changes_costs_the_same_whatever_the_size_of_the_tenant(
    face: Face, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people = make_users(number)
    group = make_group("Sales", people)
    _found, users = read(face, "/users/delta?$select=id,manager")
    _found, groups = read(face, SELECTED)
    for each in people[:10]:
        change_user(each, department="IT")
    change.remove_members(group, people[:10])

    with django_assert_num_queries(4):
        assert len(face.get(users).json()["value"]) == 10
    with django_assert_num_queries(5):
        assert len(face.get(groups).json()["value"][0]["members@delta"]) == 10
