"""What was assumed of GoTo, held against a real account: with the connector's own calls, which read only.

With a throw-away address one user is created, suspended and deleted again. Each finding bears the id of its line in
`docs/goto.md`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from provisioning.choices import ObjectType
from provisioning.connectors.goto import GoTo
from provisioning.connectors.goto_values import results
from provisioning.errors import Rejected
from provisioning.texts import Message, gettext_noop, say

PERSON = ObjectType.USER

COULD_NOT_TELL = gettext_noop("Could not be told: %(reason)s.")
KEYS = gettext_noop("Keys are text; these are numbers: %(names)s.")
FIRST_PAGE = gettext_noop("Without pageSize a list holds %(count)s of %(total)s users.")
TO_INDEX = gettext_noop("toIndex is exclusive: from %(from)s to %(to)s with %(count)s users.")
FILTER = gettext_noop("The filter %(filter)s finds exactly the one it names: %(count)s found.")
STATUS = gettext_noop("Status follows from licences and roles; of %(count)s users these differ: %(names)s.")
ME_ROLES = gettext_noop("/me names administrator roles: %(roles)s.")
FOUND_AT_ONCE = gettext_noop("Who was just created is found at once: %(count)s found.")
CREATED = gettext_noop("A user is created without licence and role, with the status %(status)s.")
SUSPENDED = gettext_noop("Empty lists take licences and roles away; the status is then %(status)s.")
UPDATED = gettext_noop("An update answers %(status)s with the body %(body)s.")
DELETED = gettext_noop("A delete answers %(status)s, and the user is then gone.")

NO_SEAT = gettext_noop("no licence has a free seat")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`assumption` is its id in docs/goto.md; `held` is None when it could not be told."""

    assumption: str
    held: bool | None
    text: Message


class Doctor:
    """Looks at one account through a connector whose connection test has passed."""

    def __init__(self, target: GoTo) -> None:
        self._target = target

    def look(self) -> Iterator[Finding]:
        """Everything that reading alone can tell. Raises ProvisioningError when a read fails."""
        me = self._target.call("GET", "/me")
        users = self._target.call("GET", self._target.path("users"))
        licences = self._target.call("GET", self._target.path("licenses"))
        yield self._keys({"/me": me, "users": _first(users), "licenses": _first(licences)})
        roles = ", ".join(me.get("adminRoles") or ()) or "–"
        yield Finding(assumption="me-roles", held=bool(me.get("adminRoles")), text=say(ME_ROLES, roles=roles))
        yield from self._pages(users)
        yield from self._filters(str(me.get("email")))
        yield self._statuses(users)

    def try_out(self, address: str) -> Iterator[Finding]:
        """Create somebody with this address, suspend and delete them. Raises Rejected when the address is in use."""
        if self._target.find(PERSON, "email", address):
            raise Rejected(say(gettext_noop("%(address)s is in use; give one that is not."), address=address))
        person = {"email": address, "firstName": "Throw", "lastName": "Away"}
        key = self._target.create(PERSON, person)
        try:
            yield from self._created(key, address)
            yield from self._suspended(key)
        finally:
            self._target.exchanges()
            self._target.delete(PERSON, key)
        status = self._last_status()
        gone = self._target.get(PERSON, key) is None
        yield Finding(assumption="delete-answer", held=status == 204 and gone, text=say(DELETED, status=status))

    # --- reading

    def _keys(self, objects: Mapping[str, Mapping[str, Any]]) -> Finding:
        numbers = [name for name, each in objects.items() if not isinstance(each.get("key", ""), str)]
        return Finding(assumption="keys", held=not numbers, text=say(KEYS, names=", ".join(numbers) or "–"))

    def _pages(self, users: Mapping[str, Any]) -> Iterator[Finding]:
        count, total = len(results(users)), int(users.get("total") or 0)
        held = None if total <= count < 100 else count == 100
        yield Finding(assumption="page-size", held=held, text=say(FIRST_PAGE, count=count, total=total))
        start, end = int(users.get("fromIndex") or 0), int(users.get("toIndex") or 0)
        text = say(TO_INDEX, **{"from": start, "to": end, "count": count})
        yield Finding(assumption="to-index", held=end - start == count, text=text)

    def _filters(self, email: str) -> Iterator[Finding]:
        for id_, wanted in (
            ("filter-grammar", f'email eq "{email}"'),
            ("filter-grammar", f'(email="{email}")'),
            ("filter-case", f'email eq "{email.upper()}"'),
        ):
            try:
                found = self._target.call("GET", self._target.path("users"), query={"filter": wanted})
                count: object = len(results(found))
            except Rejected as error:
                count = str(error)
            yield Finding(assumption=id_, held=count == 1, text=say(FILTER, filter=wanted, count=count))

    def _statuses(self, users: Mapping[str, Any]) -> Finding:
        entries = results(users)
        differ = [
            str(each["key"])
            for each in entries
            if (each.get("status") == "SUSPENDED") == bool(each.get("licenseKeys") or each.get("adminRoles"))
        ]
        text = say(STATUS, count=len(entries), names=", ".join(differ) or "–")
        return Finding(assumption="suspended-rule", held=not differ, text=text)

    # --- writing

    def _created(self, key: str, address: str) -> Iterator[Finding]:
        found = self._target.find(PERSON, "email", address)
        yield Finding(assumption="read-after-create", held=len(found) == 1, text=say(FOUND_AT_ONCE, count=len(found)))
        status = self._status(key)
        yield Finding(assumption="create-bare", held=status == "SUSPENDED", text=say(CREATED, status=status))

    def _suspended(self, key: str) -> Iterator[Finding]:
        free = self._target.free_licence()
        if free is None:
            yield Finding(assumption="lists-replace", held=None, text=say(COULD_NOT_TELL, reason=NO_SEAT))
            return
        self._target.exchanges()
        self._target.enable(PERSON, key, {"licenseKeys": (free,)})
        (said, *_) = self._target.exchanges()
        answered = say(UPDATED, status=said.status, body=said.response[:60] or "–")
        yield Finding(assumption="update-answer", held=said.status == 200 and not said.response, text=answered)
        self._target.call(
            "PUT", self._target.path("users", key), body={"licenseKeys": [], "adminRoles": []}
        )  # not `disable`, which has a way around
        status = self._status(key)
        yield Finding(assumption="lists-replace", held=status == "SUSPENDED", text=say(SUSPENDED, status=status))

    def _status(self, key: str) -> str:
        return str(self._target.call("GET", self._target.path("users", key)).get("status"))

    def _last_status(self) -> int:
        said = self._target.exchanges()
        return said[-1].status if said else 0


def _first(listed: Mapping[str, Any]) -> Mapping[str, Any]:
    return next(iter(results(listed)), {})
