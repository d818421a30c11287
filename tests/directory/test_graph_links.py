"""Links of Microsoft Graph: what they tell is fixed, and they lead to the service that the token is for or nowhere."""

import json

import pytest

from provisioning.directory.base import Selected, StartOver
from provisioning.errors import UnexpectedAnswer
from tests.directory.contract import Read, read_all
from tests.directory.fake_graph import FakeGraph


def read(graph: FakeGraph, since: str = "", selected: Selected | None = None) -> Read:
    return read_all(lambda: graph.source(selected=selected), since)


def with_people(graph: FakeGraph) -> FakeGraph:
    """So many that they come over several pages."""
    for number in range(5):
        graph.tenant.add_person(f"Person {number}")
    return graph


def test_the_delta_starts_anew_when_more_attributes_are_needed(graph: FakeGraph) -> None:
    token = read(graph, selected=Selected(users=frozenset({"mobile"}))).token

    assert read(graph, token).token, "fewer are needed: the link tells more than enough"
    assert read(graph, token, Selected(users=frozenset({"mobile"}))).token
    for more in (Selected(users=frozenset({"department"})), Selected(groups=frozenset({"employeeId"}))):
        with pytest.raises(StartOver):
            read(graph, token, more)


def test_a_read_whose_selection_grows_on_the_way_starts_anew(graph: FakeGraph) -> None:
    place = with_people(graph).source().read().next

    with pytest.raises(StartOver):
        graph.source(selected=Selected(users=frozenset({"department"}))).read(place=place)


def test_links_of_another_service_are_not_followed(graph: FakeGraph) -> None:
    first, token = with_people(graph).source().read(), read(graph).token
    asked = len(graph.asked)

    for text in (first.next, token):
        for host in ("https://127.0.0.1:1", "https://elsewhere.example", graph.url.replace("https", "http")):
            moved = text.replace(graph.url, host)
            with pytest.raises(StartOver):
                graph.source().read(since=moved, place=moved if text == first.next else "")
    assert len(graph.asked) == asked


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"stage": "users"', '"stage": "sites"'),
        ('"form": 1', '"form": 2'),
        ("[", "7, ["),
        ('\\"user_properties\\": [', '\\"user_properties\\": 7, \\"x\\": ['),
        ('"whole": true', '"whole": true, "more": 1'),
    ],
)
def test_a_place_of_another_form_means_starting_over(graph: FakeGraph, before: str, after: str) -> None:
    place = with_people(graph).source().read().next
    assert before in place

    with pytest.raises(StartOver):
        graph.source().read(place=place.replace(before, after, 1))


def test_a_token_whose_selection_is_no_list_means_starting_over(graph: FakeGraph) -> None:
    token = {**json.loads(read(graph).token), "user_properties": 7}

    with pytest.raises(StartOver):
        graph.source().read(since=json.dumps(token))


@pytest.mark.parametrize("host", ["https://elsewhere.example", "https://127.0.0.1:1", "http://127.0.0.1:1"])
@pytest.mark.parametrize("name", ["@odata.nextLink", "@odata.deltaLink"])
def test_the_token_goes_to_no_other_host(graph: FakeGraph, host: str, name: str) -> None:
    graph.fault("users/delta", 200, {"value": [], name: f"{host}/v1.0/users/delta?$skiptoken=x"})

    with pytest.raises(UnexpectedAnswer, match="another address"):
        graph.source().read()


@pytest.mark.parametrize("suffix", ["@elsewhere.example", ".elsewhere.example", "0", "]["])
def test_an_address_that_only_begins_alike_is_another_host(graph: FakeGraph, suffix: str) -> None:
    graph.fault("users/delta", 200, {"value": [], "@odata.nextLink": f"{graph.url}{suffix}/v1.0/users/delta"})

    with pytest.raises(UnexpectedAnswer, match="another address"):
        graph.source().read()


@pytest.mark.parametrize("path", ["/elsewhere", "/v1.0", "/v1.00/users/delta"])
def test_an_address_beside_graphs_own_is_not_followed(graph: FakeGraph, path: str) -> None:
    graph.fault("users/delta", 200, {"value": [], "@odata.nextLink": f"{graph.url}{path}"})

    with pytest.raises(UnexpectedAnswer, match="another address"):
        graph.source().read()
