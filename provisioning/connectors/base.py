"""What a connector is: the contract between the engine and one kind of application."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, ClassVar, Self

import requests

from provisioning.choices import AttributeType, ObjectType
from provisioning.connectors.tokens import Granted, Tokens
from provisioning.errors import SettingsInvalid
from provisioning.records import Attributes, Exchange, TargetObject
from provisioning.texts import Message, gettext_noop, say
from provisioning.wire.settings import Setting

NO_CONSENT = gettext_noop("Nobody signs in to %(target)s by consent in the browser.")
NO_MEMBERS = gettext_noop("%(target)s has no groups whose members could be provisioned.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetAttribute:
    """One attribute that mappings may write. `required` ones must have a value when an account is created.

    The value of a `reference` is the id of another object in the target; it is sent when that object has one.
    `warning`: what mapping it does beyond the usual; shown where it can be chosen.
    """

    name: str
    type: str = AttributeType.STRING
    required: bool = False
    multiple: bool = False
    exact_case: bool = False
    can_match: bool = False
    reference: bool = False
    warning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSchema:
    """An object type of the target: its name there and its attributes; `required` names some of these."""

    name: str
    attributes: tuple[TargetAttribute, ...]
    required: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _by_name: Mapping[str, TargetAttribute] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {each.name: each for each in self.attributes})
        object.__setattr__(self, "required", tuple(each.name for each in self.attributes if each.required))

    def attribute(self, name: str) -> TargetAttribute | None:
        return self._by_name.get(name)

    def extended(self, attributes: Iterable[TargetAttribute]) -> Self:
        """The same with these attributes as well."""
        return replace(self, attributes=(*self.attributes, *attributes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of a listing. `next` asks for the following one, empty after the last; `total` as the target counts."""

    objects: Sequence[TargetObject]
    next: str = ""
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionReport:
    """A connection test that passed: who we are there, and what was seen, a sentence each.

    `learned`: settings of the application's profile that it showed, by name.
    """

    signed_in_as: str
    findings: tuple[Message, ...] = ()
    learned: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Write:
    """What the engine wants written: a new object, or with an `id` changes of the one that has it, or its deletion."""

    type: ObjectType
    values: Attributes
    id: str = ""
    deletes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of one write among others: the id of its object, or the error.

    `said`: its own part of what was said over the wire. `alone`: it was not done, and is to be sent by itself.
    `whole`: no answer was about this write; it was the request for all of them that failed.
    """

    id: str = ""
    error: Exception | None = None
    said: tuple[Exchange, ...] = ()
    alone: bool = False
    whole: bool = False


class Connector(ABC):
    """Talks to one application. A subclass tells only its difference; the file is found by its folder.

    A connector
    * gets its credentials by the names of its settings and a ready session; it never makes a session of its own;
    * raises errors of `provisioning.errors`, never those of requests (`http` translates them);
    * never sleeps, logs or repeats by itself. Signing in again once on 401 is not a repeat;
    * is used by several threads at once and keeps nothing about single objects;
    * speaks of attributes in one form, its own: what `translate` gives, `find`, `get` and `list` give too;
    * never tells the members of a group there: they may be many, and are compared apart.
    """

    key: ClassVar[str]
    label: str
    settings: ClassVar[tuple[Setting, ...]]
    schemas: ClassVar[Mapping[ObjectType, TargetSchema]]
    active_attribute: ClassVar[str | None] = None
    """The target attribute that switches an account on and off; None: the engine calls `disable` and `enable`."""
    touched_by_disable: ClassVar[frozenset[str]] = frozenset()
    """Target attributes that `disable` clears; they are not compared while an account is disabled.

    The engine reads them before, and remembers what was taken.
    """
    roles_of_rows: ClassVar[Mapping[str, frozenset[str]]] = MappingProxyType({})
    """App roles that count only where a row of the mapping writes this target attribute."""
    can_disable: ClassVar[bool] = True
    """Whether an account can be kept without access; else who leaves is deleted."""
    can_filter: bool = True
    """Whether `find` asks the target for one account; else the target is always listed."""
    can_list: bool = True
    """Whether `list` can be relied on to give everybody; else each is asked for."""
    page_size: int = 100
    """Objects on a page of `list`: what listing costs."""
    members_attribute: ClassVar[str] = "members"
    """The target attribute of a group that stands for its members."""
    members_per_request: int = 100
    bulk_size: int = 1
    """Writes that one request may hold; 1: each is a request of its own."""
    allows_custom_attributes: ClassVar[bool] = False
    """Whether the application takes attributes beyond those of its schema, which an administrator then may add."""
    conflict_attributes: Sequence[str] = ()
    """By which one looks too when a creation was refused because of another account, and matching finds none."""
    requests_per_second: float | None = None
    """The most that this kind of application likes, unless the job says otherwise; None: no limit."""
    has_profile: ClassVar[bool] = False
    """Whether applications of this kind differ so much that each has a profile."""
    consent_method: ClassVar[str] = ""
    """The method of signing in that begins with consent in the browser; empty: there is none."""
    shared_tokens: Tokens | None = None
    """Where the tokens of such a consent are kept; given from outside."""

    def __init__(self, credentials: Mapping[str, str], session: requests.Session) -> None:
        self.credentials = credentials
        self.session = session
        self._extended: dict[ObjectType, TargetSchema] = {}
        self.found_out: dict[str, Any] = {}
        """Settings of the application's profile that its answers to writes showed, by name."""

    def schema(self, type_: ObjectType) -> TargetSchema:
        """What objects of this type have, with the attributes that were added for this application."""
        return self._extended.get(type_) or self.schemas[type_]

    def extend(self, type_: ObjectType, attributes: Iterable[TargetAttribute]) -> None:
        """Take these attributes as well. Only of use where `allows_custom_attributes`."""
        self._extended[type_] = self.schemas[type_].extended(attributes)

    def adapt(self, profile: Mapping[str, Mapping[str, Any]], name: str = "") -> None:
        """Take what is known of this very application: its profile by source, and what it is called.

        Only of use where `has_profile`: other connectors pass over it.
        """
        return

    def profile_of_credentials(self) -> Mapping[str, Any]:
        """Settings of the profile that the credentials say, by name. Only of use where `has_profile`."""
        return {}

    def exchanges(self) -> tuple[Exchange, ...]:
        """What this thread said over the wire since it asked last; asking forgets. Nothing, without a wire."""
        return ()

    def recall(self, exchanges: Sequence[Exchange]) -> None:
        """What this thread is said to have said: it goes on with what another one began, or was told apart."""
        return

    def consent_address(self, state: str, challenge: str, redirect_uri: str) -> str:
        """Where the browser asks for consent (RFC 6749, 4.1.1, with RFC 7636's S256). Raises SettingsInvalid."""
        raise SettingsInvalid(say(NO_CONSENT, target=self.label))

    def redeem(self, code: str, verifier: str, redirect_uri: str) -> Granted:
        """Trade the code that the browser brought back for tokens. Raises as signing in does.

        verifier: empty for a code that was asked for without a challenge.
        """
        raise SettingsInvalid(say(NO_CONSENT, target=self.label))

    @property
    def owner(self) -> str:
        """Whose tokens a consent gives: the client and where it signs in."""
        return ""

    @abstractmethod
    def test_connection(self) -> ConnectionReport:
        """Sign in, read and check the rights, changing nothing. Raises StopJob or RetryLater with the remedy."""

    @abstractmethod
    def find(self, type_: ObjectType, attribute: str, value: str) -> Sequence[TargetObject]:
        """Everything whose attribute has this value; empty when there is nothing. The engine checks the answer."""

    @abstractmethod
    def get(self, type_: ObjectType, id_: str) -> TargetObject | None:
        """The object with this id, None when it is gone: an ordinary answer, not an error."""

    @abstractmethod
    def list(self, type_: ObjectType, cursor: str = "") -> Page:
        """One page of everything there is; `cursor` is the `next` of the page before, empty for the first."""

    def translate(self, type_: ObjectType, values: Attributes, known: Attributes) -> Attributes:
        """Mapped values in the target's own form, before they are compared. `known` is what the account has now.

        Raises SkipObject when a value has no counterpart in the target.
        """
        return values

    @abstractmethod
    def create(self, type_: ObjectType, values: Attributes) -> str:
        """Create and give the new id. Raises Conflict when it exists already: the engine then looks it up."""

    @abstractmethod
    def update(self, type_: ObjectType, id_: str, changes: Attributes) -> None:
        """Change these attributes and no others. Raises TargetObjectMissing when the object is gone."""

    def write(self, write: Write) -> str:
        """Send this write by itself, and give the id of its object."""
        if not write.id:
            return self.create(write.type, write.values)
        if write.deletes:
            self.delete(write.type, write.id)
        else:
            self.update(write.type, write.id, write.values)
        return write.id

    def takes_along(self, write: Write) -> bool:
        """Whether this write can be sent with others."""
        return self.bulk_size > 1

    def bulk(self, writes: Sequence[Write]) -> Sequence[Written]:
        """Send the first of these writes in one request, as many as it may hold, and tell what became of each of them.

        Raises no ProvisioningError: a failure of the whole request is that of each write. Where the target turns out
        to take fewer, or none, that is kept in mind and nothing is told: it is then called again.
        """
        return [Written(alone=True) for _ in writes]

    @abstractmethod
    def disable(self, type_: ObjectType, id_: str) -> None:
        """Take the person's access away, keep the account. Twice is no error; a gone object is done."""

    @abstractmethod
    def enable(self, type_: ObjectType, id_: str, values: Attributes) -> None:
        """Give access back, with these attribute values. Raises TargetObjectMissing when the object is gone."""

    @abstractmethod
    def delete(self, type_: ObjectType, id_: str) -> None:
        """Remove for good. Twice is no error."""

    def add_members(self, id_: str, members: Sequence[str]) -> None:
        """Put these accounts into a group, at most `members_per_request`. Who is in it already is no error."""
        raise SettingsInvalid(say(NO_MEMBERS, target=self.label))

    def remove_members(self, id_: str, members: Sequence[str]) -> None:
        """Take these accounts out of a group, at most `members_per_request`. Who is not in it is no error."""
        raise SettingsInvalid(say(NO_MEMBERS, target=self.label))
