"""Enterprise applications of a tenant are found by a word of their name, or by either id."""

from uuid import UUID, uuid5

import pytest

from provisioning.directory.base import SourceApplication
from provisioning.errors import PermissionMissing, UnexpectedAnswer
from tests.directory.fake_graph import FakeGraph
from tests.directory.tenant import HOME


def ids(name: str) -> tuple[str, str]:
    """The object id and the application id."""
    return str(uuid5(HOME, name)), str(uuid5(UUID(int=0), name))


@pytest.fixture
def graph(graph: FakeGraph) -> FakeGraph:
    for name in ("Citrix GoToMeeting", 'Our GoTo \\ "Sales"', "Payroll"):
        id_, app_id = ids(name)
        graph.principals.append({"id": id_, "appId": app_id, "displayName": name})
    return graph


def found(graph: FakeGraph, text: str) -> list[str]:
    return [each.label for each in graph.source().find_applications(text)]


def test_by_the_beginning_of_any_word(graph: FakeGraph) -> None:
    assert found(graph, "goto") == ["Citrix GoToMeeting", 'Our GoTo \\ "Sales"']
    assert found(graph, "Citrix Go") == ["Citrix GoToMeeting"]
    assert found(graph, "Nothing") == []


@pytest.mark.parametrize("place", [0, 1])
def test_by_either_id_also_in_capitals(graph: FakeGraph, place: int) -> None:
    id_, app_id = ids("Payroll")

    (application,) = graph.source().find_applications(ids("Payroll")[place].upper())

    assert application == SourceApplication(id=id_, app_id=app_id, label="Payroll")


def test_quotation_marks_stay_inside_what_is_searched_for(graph: FakeGraph) -> None:
    found(graph, 'a" OR "b\\')

    (url,) = graph.asked_for(r"search")
    assert url.endswith("%24search=%22displayName%3Aa%5C%22%20OR%20%5C%22b%5C%5C%22".replace("%24", "$"))


def test_without_the_permission_it_is_named(graph: FakeGraph) -> None:
    graph.roles = ("Organization.Read.All", "User.Read.All")

    with pytest.raises(PermissionMissing, match=r"Application\.Read\.All"):
        found(graph, "goto")


def test_an_answer_of_another_form_is_told(graph: FakeGraph) -> None:
    graph.fault("/servicePrincipals", 200, {"value": [{"displayName": "No id"}]})

    with pytest.raises(UnexpectedAnswer):
        found(graph, "goto")
