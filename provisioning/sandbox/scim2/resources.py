"""The calls of the SCIM 2.0 service on users and groups, the same for both."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from provisioning.sandbox.calls import call
from provisioning.sandbox.entrance import methods
from provisioning.sandbox.scim2 import bodies, patches, shapes
from provisioning.sandbox.scim2.door import admitted
from provisioning.sandbox.scim2.filters import condition
from provisioning.sandbox.scim2.manners import MANNERS
from provisioning.sandbox.scim2.refusals import Scim2Refused
from provisioning.sandbox.scim2.rows import GROUP, NAMES, USER, Resource

View = Any


class Calls:
    """The calls on one kind of resource; `family` begins the names by which faults are put on them."""

    def __init__(self, kind: str) -> None:
        self.kind, self.family = kind, f"scim2.{kind.lower()}s"

    def views(self) -> tuple[View, View]:
        """For the address of all of them, and for that of one."""
        many = methods(GET=self._named("list", self.listed), POST=self._named("create", self.create))
        one = methods(
            GET=self._named("get", self.get),
            PUT=self._named("replace", self.replace),
            PATCH=self._named("update", self.update),
            DELETE=self._named("delete", self.delete),
        )
        return many, one

    def listed(self, request: HttpRequest) -> HttpResponse:
        rows = Resource.objects.filter(kind=self.kind)
        text = request.GET.get("filter", "")
        if not text or MANNERS.filters == "ignored":
            return shapes.page(request, rows, rows.count())
        if MANNERS.filters == "refused":
            raise Scim2Refused(400, "invalidFilter", "Filters are not supported.")
        fits = condition(text)
        if (name := _name_in(text, NAMES[self.kind])) is not None:
            rows = rows.filter(name_folded=name.casefold())  # by the index: the rest is as ever
        found = [row for row in rows if fits({**row.data, "id": row.key})]
        return shapes.page(request, found, len(found))

    def create(self, request: HttpRequest) -> HttpResponse:
        data = bodies.attributes(self.kind, bodies.as_object(request))
        if self.kind == USER:
            data = {"active": True, **data}
        with transaction.atomic():
            bodies.check(self.kind, data)
            self._check_members(data, [])
            row = Resource(kind=self.kind, data=data)
            row.keep()
        return shapes.one(request, row, 201, body=MANNERS.create_body)

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return shapes.one(request, self._row(key))

    def replace(self, request: HttpRequest, key: str) -> HttpResponse:
        data = bodies.attributes(self.kind, bodies.as_object(request))
        return self._changed(request, key, lambda _: data, body=True)

    def update(self, request: HttpRequest, key: str) -> HttpResponse:
        if not MANNERS.patch:
            raise Scim2Refused(501, "", "PATCH is not supported.")
        body = bodies.as_object(request)
        return self._changed(request, key, lambda data: patches.apply(self.kind, data, body), body=MANNERS.patch_body)

    def delete(self, request: HttpRequest, key: str) -> HttpResponse:
        with transaction.atomic():
            row = self._row(key)
            if MANNERS.soft_delete and self.kind == USER:
                row.data["active"] = False
                row.keep()
                return HttpResponse(b"", status=204)
            for group in Resource.objects.filter(kind=GROUP):
                left = [each for each in group.members if str(each.get("value")) != key]
                if len(left) < len(group.members):
                    group.data = {**group.data, "members": left} if left else without_members(group.data)
                    group.keep()
            row.delete()
        return HttpResponse(b"", status=204)

    # --- inside

    def _named(self, name: str, view: View) -> View:
        return call(f"{self.family}.{name}")(admitted(view))

    def _row(self, key: str) -> Resource:
        row = Resource.objects.filter(kind=self.kind, key=key).first()
        if row is None:
            raise Scim2Refused(404, "", f"{self.kind} {key} not found")
        return row

    def _changed(self, request: HttpRequest, key: str, change: Any, *, body: bool) -> HttpResponse:
        with transaction.atomic():
            row = self._row(key)
            wanted = request.headers.get("If-Match")
            if MANNERS.etags and wanted not in (None, "*", shapes.version(row)):
                raise Scim2Refused(412, "", "The resource has changed.")
            before = list(row.members)
            row.data = change(row.data)
            bodies.check(self.kind, row.data, but=row)
            self._check_members(row.data, before)
            row.keep()
        return shapes.one(request, row, 200 if body else 204, body=body)

    def _check_members(self, data: dict[str, Any], before: list[dict[str, Any]]) -> None:
        known = {str(each.get("value")) for each in before}
        bodies.check_members(data, known)
        if MANNERS.most_members and len(data.get("members", [])) - len(before) > MANNERS.most_members:
            raise Scim2Refused(400, "tooMany", f"At most {MANNERS.most_members} members in one request.")


def without_members(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "members"}


def _name_in(text: str, attribute: str) -> str | None:
    """The name that is looked for by a filter that is nothing but that."""
    words = text.split(None, 2)
    if len(words) == 3 and words[0].casefold() == attribute.casefold() and words[1].casefold() == "eq":
        inside = words[2].strip()
        if inside.count('"') == 2 and "\\" not in inside and inside.startswith('"') and inside.endswith('"'):
            return inside[1:-1]
    return None


users, user = Calls(USER).views()
groups, group = Calls(GROUP).views()
