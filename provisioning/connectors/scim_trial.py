"""A throw-away user and group that show what writing to a SCIM application does; both are gone at the end."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from provisioning.choices import ObjectType
from provisioning.connectors.scim import Scim
from provisioning.connectors.scim_findings import Finding, Left, Verdict
from provisioning.connectors.scim_form import looked_at
from provisioning.connectors.scim_paths import named
from provisioning.connectors.scim_schema import ACTIVE, MEMBERS, WORK_EMAIL
from provisioning.errors import Conflict, ProvisioningError, Rejected
from provisioning.records import Attributes, Exchange
from provisioning.texts import Message, gettext_noop, say

USER, GROUP = ObjectType.USER, ObjectType.GROUP
GIVEN_NAME = "name.givenName"
NAMED_BY: Final = MappingProxyType({USER: "userName", GROUP: "displayName"})
CREATE: Final = MappingProxyType({USER: "create user", GROUP: "create group"})
DELETE: Final = MappingProxyType({USER: "delete user", GROUP: "delete group"})

WORKED = gettext_noop("Works: %(step)s.")
FAILED = gettext_noop("Does not work: %(step)s. %(reason)s")
NOT_AS_SENT = gettext_noop("What was sent is not what is there.")
OTHERS_FOUND = gettext_noop("The search gives others, or not the one it is for.")
TAKEN_TWICE = gettext_noop("A second user with the same name was taken.")
WITHOUT_WORDS = gettext_noop("It is refused by 409 as it should be, but without a body that says why.")
UNTOLD = gettext_noop("The group that was read names no members.")
STILL_THERE = gettext_noop("It is still there after it was deleted.")
ONLY_OFF = gettext_noop("The user is not deleted, but switched off.")
IN_DOUBT = gettext_noop("Nobody knows whether something named %(name)s is left there. %(reason)s")
CREATED = gettext_noop("Works: the answer to a creation is 201 with the new resource.")
OTHER_STATUS = gettext_noop("Against the standard: a creation is answered by %(status)s, where 201 is due.")
NOT_TOLD_BACK = gettext_noop("A creation is answered without the new resource. The portal looks for its id elsewhere.")
STEPS: Final = MappingProxyType(
    {
        "create user": gettext_noop("a user is created"),
        "create twice": gettext_noop("a second user with the same name is refused"),
        "find user": gettext_noop("the new user is found by user name"),
        "read user": gettext_noop("the new user is as it was sent"),
        "change user": gettext_noop("the user's given name is changed"),
        "disable user": gettext_noop("the user is switched off"),
        "create group": gettext_noop("a group is created"),
        "add member": gettext_noop("the user is put into the group"),
        "tell members": gettext_noop("the group tells its member"),
        "remove member": gettext_noop("the user is taken out of the group"),
        "delete group": gettext_noop("the group is deleted"),
        "delete user": gettext_noop("the user is deleted"),
    }
)


def new_name() -> str:
    """One that nobody else has."""
    return f"throw-away-{uuid.uuid4().hex[:12]}"


def name_of(name: str, type_: ObjectType) -> str:
    """What the throw-away user or group is called."""
    return f"{name}@contoso.example" if type_ is USER else name


class Trial:
    """Writes to an application through a connector whose connection test has passed.

    `made` holds the ids of what is there now; `in_doubt` the types of which something may be there without an id.
    """

    def __init__(self, target: Scim, name: str = "") -> None:
        self.target = target
        self.name = name or new_name()
        self.made: dict[ObjectType, list[str]] = {GROUP: [], USER: []}
        self.in_doubt: set[ObjectType] = set()
        self._off: list[str] = []

    def run(self) -> Iterator[Finding]:
        """Each step as it is done. Whatever fails, and whoever stops listening: what was created is deleted."""
        try:
            yield from self.steps()
        finally:
            ended = list(self.clean_up())
        yield from ended

    def steps(self) -> Iterator[Finding]:
        """Those that write. Whoever calls this alone has to call `clean_up` as well."""
        created = self._tried("create user", partial(self._create, USER))
        yield created
        if not self.made[USER]:
            return
        yield from self._answer_to(created)
        yield self._tried("create twice", self._create_twice)
        yield self._tried("find user", self._find_user)
        yield self._tried("read user", lambda: self._holds(GIVEN_NAME, "Throw"))
        yield from self._form()
        yield self._tried("change user", self._change_user)
        yield self._tried("disable user", self._disable_user)
        yield self._tried("create group", partial(self._create, GROUP))
        if self.made[GROUP]:
            yield self._tried("add member", self._add_member)
            yield self._tried("tell members", lambda: _require(self._held() is not None, UNTOLD))
            yield self._tried("remove member", self._remove_member)

    def clean_up(self) -> Iterator[Finding]:
        """Delete what is there; a second call tries again what the first one left."""
        for type_ in (GROUP, USER):
            if type_ in self.in_doubt and (failed := self._look_for(type_)):
                yield failed
            for id_ in list(self.made[type_]):
                done = self._tried(DELETE[type_], partial(self._delete, type_, id_))
                yield replace(done, verdict=Verdict.NOTED, text=say(ONLY_OFF)) if id_ in self._off else done

    @property
    def left(self) -> Sequence[Left]:
        """What somebody has to delete by hand."""
        there = [(type_, id_, False) for type_ in (GROUP, USER) for id_ in self.made[type_]]
        there += [(type_, "", False) for type_ in (GROUP, USER) if type_ in self.in_doubt]
        there += [(USER, id_, True) for id_ in self._off]
        return [Left(type=type_, name=name_of(self.name, type_), id=id_, off=off) for type_, id_, off in there]

    @property
    def is_there(self) -> bool:
        """Whether something has to be deleted, or may have to."""
        return bool(self.in_doubt or any(self.made.values()))

    # --- steps

    @property
    def _user(self) -> str:
        return self.made[USER][0]

    @property
    def _group(self) -> str:
        return self.made[GROUP][0]

    def _values(self, type_: ObjectType) -> Attributes:
        if type_ is GROUP:
            return {"displayName": self.name}
        address = name_of(self.name, USER)
        values = {"userName": address, "displayName": self.name, GIVEN_NAME: "Throw", "name.familyName": "Away"}
        return {**values, WORK_EMAIL: address, ACTIVE: True}

    def _create(self, type_: ObjectType) -> None:
        """Until it was refused or its id is known, it may be there."""
        self.in_doubt.add(type_)
        try:
            self.made[type_].append(self.target.create(type_, self._values(type_)))
        except ProvisioningError as error:
            if any(each.method == "POST" and 400 <= each.status < 500 for each in error.exchanges):
                self.in_doubt.discard(type_)
            raise
        self.in_doubt.discard(type_)

    def _answer_to(self, created: Finding) -> Iterator[Finding]:
        for each in created.exchanges:
            if each.method == "POST" and each.status != 201:
                verdict, text = Verdict.FAILS, say(OTHER_STATUS, status=each.status)
            elif each.method == "POST":
                verdict = Verdict.WORKS if each.response else Verdict.NOTED
                text = say(CREATED if each.response else NOT_TOLD_BACK)
            else:
                continue
            yield Finding(name="create answer", verdict=verdict, text=text, exchanges=(each,))

    def _create_twice(self) -> None:
        try:
            second = self.target.create(USER, self._values(USER))
        except Conflict as error:
            _require(any(each.response for each in error.exchanges), WITHOUT_WORDS)
            return
        except ProvisioningError as error:
            if not any(400 <= each.status < 500 for each in error.exchanges):
                self.in_doubt.add(USER)
            raise
        if second not in self.made[USER]:
            self.made[USER].append(second)
        raise Rejected(say(TAKEN_TWICE))

    def _find_user(self) -> None:
        _require(self._found(name_of(self.name, USER)) == [self._user], OTHERS_FOUND)
        _require(self._found(f"{uuid.uuid4()}") == [], OTHERS_FOUND)

    def _found(self, name: str) -> list[str]:
        """What a search gives, without the help that the connector has where filters do not work."""
        query = {"filter": self.target.filter_text("userName", name)}
        answer = self.target.try_to("GET", self.target.endpoint(USER), query=query)
        if answer.status == 404:
            return []
        if not answer.ok:
            raise self.target.failure(answer)
        return [str(named(each, "id")) for each in self.target.listed(answer).resources]

    def _form(self) -> Iterator[Finding]:
        try:
            answer = self.target.ask("GET", self.target.path_of(USER, self._user))
        except ProvisioningError as error:
            yield self._told("read user", Verdict.FAILS, error.message, error.exchanges)
        else:
            yield from looked_at(answer)

    def _change_user(self) -> None:
        self.target.update(USER, self._user, {GIVEN_NAME: "Gone"})
        self._holds(GIVEN_NAME, "Gone")

    def _disable_user(self) -> None:
        self.target.disable(USER, self._user)
        self._holds(ACTIVE, False)

    def _add_member(self) -> None:
        self.target.add_members(self._group, [self._user])
        held = self._held()
        _require(held is None or self._user in held)

    def _remove_member(self) -> None:
        self.target.remove_members(self._group, [self._user])
        _require(self._user not in (self._held() or ()))

    def _held(self) -> Sequence[str] | None:
        """The members that the group tells; None when it tells none at all."""
        answer = self.target.ask("GET", self.target.path_of(GROUP, self._group))
        held = named(answer.data, MEMBERS)
        return [str(named(each, "value")) for each in held] if isinstance(held, list) else None

    # --- cleaning up

    def _look_for(self, type_: ObjectType) -> Finding | None:
        """By its name, where the answer that would have told its id was lost."""
        self.target.exchanges()
        try:
            found = self.target.find(type_, NAMED_BY[type_], name_of(self.name, type_))
        except ProvisioningError as error:
            text = say(IN_DOUBT, name=name_of(self.name, type_), reason=error.message)
            return self._told("clean up", Verdict.FAILS, text, self.target.exchanges())
        self.made[type_] += [each.id for each in found if each.id not in self.made[type_]]
        self.in_doubt.discard(type_)
        return None

    def _delete(self, type_: ObjectType, id_: str) -> None:
        """What is switched off and stays is left, too, though it is no failure."""
        self.target.delete(type_, id_)
        there = self.target.get(type_, id_)
        if there is not None and not (type_ is USER and there.active is False):
            raise Rejected(say(STILL_THERE))
        self.made[type_].remove(id_)
        if there is not None:
            self._off.append(id_)

    # --- inside

    def _holds(self, attribute: str, value: object) -> None:
        found = self.target.get(USER, self._user)
        _require(found is not None and found.attributes.get(attribute) == value)

    def _tried(self, name: str, step: Callable[[], None]) -> Finding:
        self.target.exchanges()
        try:
            step()
        except ProvisioningError as error:
            text, verdict = say(FAILED, step=say(STEPS[name]), reason=error.message), Verdict.FAILS
        else:
            text, verdict = say(WORKED, step=say(STEPS[name])), Verdict.WORKS
        return self._told(name, verdict, text, self.target.exchanges())

    def _told(self, name: str, verdict: Verdict, text: Message, said: Sequence[Any]) -> Finding:
        exchanges: tuple[Exchange, ...] = tuple(said)
        return Finding(name=name, verdict=verdict, text=text, exchanges=exchanges)


def _require(as_due: bool, text: str = NOT_AS_SENT) -> None:
    if not as_due:
        raise Rejected(say(text))
