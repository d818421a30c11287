"""Reading a SCIM application: one by its id, some by a filter, all of them page by page; every answer is checked."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from provisioning.choices import ObjectType
from provisioning.connectors.base import Page, TargetAttribute
from provisioning.connectors.scim_client import NoTarget, NotOffered, ScimClient
from provisioning.connectors.scim_paths import named, parse
from provisioning.connectors.scim_profile import MICROSOFT
from provisioning.connectors.scim_schema import MEMBERS, SCHEMAS
from provisioning.connectors.scim_values import as_target
from provisioning.errors import SettingsInvalid, TargetObjectMissing, UnexpectedAnswer
from provisioning.records import TargetObject
from provisioning.texts import gettext_noop, say
from provisioning.wire.client import Answer

CAN_NOT_SEARCH = gettext_noop("%(attribute)s is no attribute by which %(app)s is searched.")
NOT_A_LIST = gettext_noop("The answer of %(app)s is no SCIM list (%(method)s %(path)s: %(status)s)")
NO_ID = gettext_noop("The list of %(app)s holds an object without an id (%(method)s %(path)s: %(status)s)")
CUT_SHORT = gettext_noop("The list of %(app)s ends after %(seen)s of %(total)s.")
NO_PAGES = gettext_noop("%(app)s gives the same page again, whatever page it is asked for.")
NO_ENDPOINT = gettext_noop(
    "%(app)s has nothing at the address where objects are searched. Check the Tenant URL: %(detail)s "
    "(%(method)s %(path)s: %(status)s)"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One list answer. `total` is None where the application does not count, `next` its cursor for the next page."""

    resources: Sequence[Any]
    total: int | None = None
    start: int | None = None
    next: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a listing stands: how many were seen, the first of the page before to know it again, and the cursor."""

    seen: int = 0
    first: str = ""
    cursor: str = ""

    def as_text(self) -> str:
        return json.dumps([self.seen, self.first, self.cursor])

    @classmethod
    def of(cls, text: str) -> "Place":
        return cls(*json.loads(text)) if text else cls()


class ScimReader(ScimClient):
    """Finds, gets and lists users and groups."""

    schemas = SCHEMAS

    def find(self, type_: ObjectType, attribute: str, value: str) -> Sequence[TargetObject]:
        """Whether the filter was heeded is seen here; where it was not, every page is looked through."""
        wanted = self.schema(type_).attribute(attribute)
        if wanted is None or not wanted.can_match:
            raise SettingsInvalid(say(CAN_NOT_SEARCH, attribute=attribute, app=self.label))
        names = self.profile.filter_attrs
        if self.can_filter and (not names or attribute in names):
            found = self._filtered(type_, wanted, value)
            if found is not None:
                return found
        return [each for each in self.everything(type_) if _has(each, wanted, value)]

    def get(self, type_: ObjectType, id_: str) -> TargetObject | None:
        try:
            answer = self.ask("GET", self.path_of(type_, id_), query=self._without_members(type_))
        except TargetObjectMissing:
            return None
        return as_target(type_, self.resource(answer, id_), self.schema(type_))

    def list(self, type_: ObjectType, cursor: str = "") -> Page:
        place = Place.of(cursor)
        answer = self.ask(
            "GET", self.endpoint(type_), query={**self._page_wanted(place), **self._without_members(type_)}
        )
        listed = self.listed(answer)
        objects = self._objects(type_, listed, answer)
        if objects and objects[0].id == place.first:
            if place.seen == listed.total:  # everything was seen; it only pays no regard to pages
                return Page(objects=[], total=listed.total)
            raise UnexpectedAnswer(say(NO_PAGES, app=self.label))
        next_ = self._after(place, listed, objects)
        is_believed = listed.total is None or listed.total > place.seen + len(objects) or not next_
        return Page(objects=objects, next=next_, total=listed.total if is_believed else None)

    def everything(self, type_: ObjectType) -> Iterator[TargetObject]:
        cursor = ""
        while True:
            page = self.list(type_, cursor)
            yield from page.objects
            if not page.next:
                return
            cursor = page.next

    # --- for the connection test too

    def filter_text(self, attribute: str, value: str) -> str:
        """The filter that is sent: `eq` alone, with the value as a JSON text."""
        path, text = parse(attribute), json.dumps(value, ensure_ascii=False)
        if not path.selected or self.profile.patch_style == MICROSOFT:
            return f"{path.text} eq {text}"
        conditions = [*path.selected, (path.sub or "value", value)]
        inside = " and ".join(f"{name} eq {json.dumps(each, ensure_ascii=False)}" for name, each in conditions)
        return f"{path.attribute}[{inside}]"

    def listed(self, answer: Answer) -> Listed:
        """A list answer, whatever its capital letters; some applications give the bare list."""
        data = answer.data
        if isinstance(data, list):
            return Listed(resources=data, total=len(data))
        resources, total, start = (named(data, name) for name in ("Resources", "totalResults", "startIndex"))
        total, start = _number(total), _number(start)
        if (
            not isinstance(data, dict)
            or not isinstance(resources, list | None)
            or (resources is None and total is None)
        ):
            raise self.error(UnexpectedAnswer, answer, NOT_A_LIST)
        cursor = named(data, "nextCursor")
        return Listed(resources or [], total, start, cursor if isinstance(cursor, str) else "")

    # --- inside

    def _filtered(self, type_: ObjectType, wanted: TargetAttribute, value: str) -> Sequence[TargetObject] | None:
        """None when the filter was refused as such, or passed over."""
        query = {"filter": self.filter_text(wanted.name, value), **self._without_members(type_)}
        try:
            answer = self.ask("GET", self.endpoint(type_), query=query)
        except TargetObjectMissing as error:
            if self.profile.filter_nobody == "404":
                return []
            text = say(NO_ENDPOINT, **{**error.message.values, "app": self.label})
            raise SettingsInvalid(text, error.exchanges) from error
        except (NotOffered, NoTarget):
            return None
        listed = self.listed(answer)
        objects = self._objects(type_, listed, answer)
        hits = [each for each in objects if _has(each, wanted, value)]
        is_heeded = len(hits) == len(objects) and bool(hits or not listed.total)
        return hits if is_heeded else None

    def _objects(self, type_: ObjectType, listed: Listed, answer: Answer) -> Sequence[TargetObject]:
        schema = self.schema(type_)
        try:
            return [as_target(type_, each, schema) for each in listed.resources]
        except KeyError:
            raise self.error(UnexpectedAnswer, answer, NO_ID) from None

    def _without_members(self, type_: ObjectType) -> dict[str, str]:
        """Members are never needed here, and may be many."""
        is_asked = type_ is ObjectType.GROUP and self.profile.members_exclude
        return {"excludedAttributes": MEMBERS} if is_asked else {}

    @property
    def _size(self) -> int:
        """Objects asked for at once."""
        return min(self.page_size, self.profile.paging_max)

    def _page_wanted(self, place: Place) -> dict[str, str]:
        count = str(self._size)
        if place.cursor or self.profile.paging_style == "cursor":
            return {"cursor": place.cursor, "count": count}
        return {"startIndex": str(place.seen + 1), "count": count}

    def _after(self, place: Place, listed: Listed, objects: Sequence[TargetObject]) -> str:
        """Where the next page begins, empty after the last. A page may be smaller than asked for: that says nothing."""
        seen, first = place.seen + len(objects), objects[0].id if objects else ""
        if listed.next:
            return Place(seen, first, listed.next).as_text()
        is_by_cursor = bool(place.cursor) or self.profile.paging_style == "cursor"
        if is_by_cursor or not objects:
            if listed.total is not None and seen < listed.total:
                raise UnexpectedAnswer(say(CUT_SHORT, app=self.label, seen=seen, total=listed.total))
            return ""
        is_full = len(objects) == self._size  # then the total may be that of the page: some count so
        if listed.total is not None and seen >= listed.total and not is_full:
            return ""
        return Place(seen, first).as_text()


def _has(found: TargetObject, wanted: TargetAttribute, value: str) -> bool:
    """Whether the object really has the value: in any case, as every server may compare; the engine looks closer."""
    return str(found.attributes.get(wanted.name, "")).casefold() == value.casefold()


def _number(value: Any) -> int | None:
    """A count, which some applications write as text."""
    text = str(value)
    return int(text) if not isinstance(value, bool) and text.isascii() and text.isdigit() else None
