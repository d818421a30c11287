"""Azure Active Directory through Microsoft Graph: users and groups by delta queries, roles and assignments whole."""

from collections.abc import Iterable, Sequence
from typing import Any

from provisioning.directory import graph_answers
from provisioning.directory.base import ConnectedSource, Page, Record, SourceApplication, StartOver
from provisioning.directory.graph_connection import GraphConnection
from provisioning.directory.graph_places import CHANGES, Place, Stage, Token
from provisioning.wire.client import Answer

LOST = frozenset(
    {
        "directory_expiredpagetoken",
        "resyncchangesapplydifferences",
        "resyncchangesuploaddifferences",
        "resyncrequired",
        "syncstateinvalid",
        "syncstatenotfound",
    }
)
"""Codes, in lower case, of an answer that knows the link no more: the directory is read anew."""
LINKLESS = "neither @odata.nextLink nor @odata.deltaLink"


class Graph(GraphConnection, ConnectedSource):
    """A tenant of Azure Active Directory, or another portal, read through Microsoft Graph.

    A read goes through stages: users, groups with members, and of a snapshot the recycle bin; then the app roles and
    assignments of each chosen service principal, which are always read whole. The text of a place holds the link of the
    next page and the delta links found before, so that any process goes on with it.
    """

    key = "graph"

    def read(self, *, since: str = "", place: str = "") -> Page:
        here = self._place(since, place)
        answer = self._answer(here)
        with self.known_form(answer) as told:
            records = tuple(self._records(here, told))
            if here.stage is not Stage.ROLES and not isinstance(told["value"], list):
                raise TypeError(told["value"])
        if further := self.link(answer, "@odata.nextLink"):
            return Page(records=records, next=str(here.at(further)))
        return self._end_of(here, records, answer)

    def find_applications(self, text: str) -> Sequence[SourceApplication]:
        """By name it is an advanced query, for which Graph demands the header."""
        answer = self.ask(self.address_of_applications(text), headers={"ConsistencyLevel": "eventual"})
        with self.known_form(answer) as told:
            return tuple(graph_answers.applications(told["value"]))

    def _place(self, since: str, place: str) -> Place:
        """Where to read. Raises StartOver when what is known by now does not fit what was begun."""
        here = Place.read(place) if place else Place.first(self._known(since), whole=not since)
        links = (here.link, here.token.users, here.token.groups)
        if not here.token.tells(self.user_properties, self.group_properties) or not all(
            self.is_ours(link) for link in links if link
        ):
            raise StartOver
        return here

    def _known(self, since: str) -> Token:
        if since:
            return Token.read(since)
        return Token(users="", groups="", user_properties=self.user_properties, group_properties=self.group_properties)

    def _answer(self, here: Place) -> Answer:
        answer = self.signed_in("GET", here.link or self.address(here.stage, here.application))
        if here.link and _is_lost(answer):
            raise StartOver
        if answer.status == 403 and here.stage is Stage.DELETED_GROUPS:
            return Answer(200, {}, {"value": []}, True, answer.exchange)  # Test Connection tells it
        if not answer.ok:
            raise self.failure(answer)
        return answer

    def _records(self, here: Place, told: Any) -> Iterable[Record]:
        users, groups = self.user_attributes, self.group_attributes
        match here.stage:
            case Stage.USERS:
                return graph_answers.people(told["value"], users, whole=here.whole)
            case Stage.GROUPS:
                return graph_answers.teams(told["value"], groups, whole=here.whole)
            case Stage.DELETED_USERS:
                return graph_answers.deleted_people(told["value"], users)
            case Stage.DELETED_GROUPS:
                return graph_answers.deleted_teams(told["value"], groups)
            case Stage.ROLES:
                return graph_answers.roles(told, here.application)
        return graph_answers.assignments(told["value"], here.application)

    def _end_of(self, here: Place, records: tuple[Record, ...], answer: Answer) -> Page:
        with self.known_form(answer):
            delta = self.link(answer, "@odata.deltaLink")
            if here.stage in CHANGES and not delta:
                raise ValueError(LINKLESS)
        here = here.done(delta)
        following = here.following(self.selected.applications)
        if following is None:
            return Page(records=records, token=str(here.token))
        return Page(records=records, next=str(following))


def _is_lost(answer: Answer) -> bool:
    if answer.status == 410:
        return True
    error = answer.data.get("error") if isinstance(answer.data, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return 400 <= answer.status < 500 and str(code).lower() in LOST
