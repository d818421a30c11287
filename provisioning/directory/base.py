"""What a source is: the contract between the directory and where its people come from."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol

from provisioning.choices import ObjectType
from provisioning.records import Attributes
from provisioning.texts import Message
from provisioning.wire.session import Session
from provisioning.wire.settings import Setting

NOT_TOLD = "?"
"""Stands for a manager that this record says nothing about: what is known stays."""


class Gone(StrEnum):
    SOFT = "soft"
    """In the source's recycle bin: it can be restored."""
    HARD = "hard"
    """Purged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user as the source tells it. `id` is the object id there, and here.

    `attributes`: by the names of `attributes.USER_ATTRIBUTES` and the extension attributes. None or "" empties one; one
    that is missing stays as it is. `manager`: object id, "" for none, or NOT_TOLD. `gone`: then nothing else counts.
    """

    id: str
    attributes: Attributes
    manager: str = NOT_TOLD
    gone: Gone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A group as the source tells it; its members come as `Member`s. Fields as in `Person`."""

    id: str
    attributes: Attributes
    gone: Gone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A user or group directly in a group, or taken out of it, by object ids."""

    group: str
    id: str
    type: ObjectType
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRole:
    """An app role of a service principal of the source. `application` is the service principal's object id."""

    application: str
    id: str
    value: str
    label: str
    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAssignment:
    """Who is assigned, with which app role (`NO_ROLE`: Default Access). Always told whole, never as a change."""

    application: str
    role: str
    principal: str
    type: ObjectType


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceApplication:
    """An enterprise application of the source, by the object id of its service principal."""

    id: str
    app_id: str
    label: str


NO_ROLE = "00000000-0000-0000-0000-000000000000"

Record = Person | Team | Member | SourceRole | SourceAssignment


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer of the source. `next` asks for the following one, empty after the last.

    `token`: with the last page, from where the changes after this read are asked for; empty when the source can only be
    read whole.
    """

    records: Sequence[Record]
    next: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """What the portal needs of a source, so that nothing else is asked for.

    `users`, `groups`: attributes that mappings and filters read, by the names of `Person` and `Team`; what the portal's
    own pages show comes anyhow. `applications`: object ids of the service principals whose roles and assignments are
    taken from the source.
    """

    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    applications: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """A connection test that passed: whose directory it is, and what was seen, a sentence each."""

    tenant_id: str
    tenant_name: str
    default_domain: str = ""
    findings: tuple[Message, ...] = ()


class StartOver(Exception):
    """The token is too old for the source: read it whole. Nobody is taken for deleted because of it."""


class Source(Protocol):
    """Gives a complete snapshot, or the changes since a token, page by page, as plain values.

    Errors are those of `provisioning.errors`. A source never sleeps or repeats by itself; whoever reads it does. A page
    can be read again: the records of a page told twice are the same people.
    """

    @abstractmethod
    def test_connection(self) -> SourceReport:
        """Read-only. Raises CredentialsRejected, PermissionMissing (naming the permission), SettingsInvalid ..."""

    @abstractmethod
    def read(self, *, since: str = "", place: str = "") -> Page:
        """The page at `place` (the `next` of the page before; empty: the first).

        since: the token of the last complete read; empty for a snapshot. Raises StartOver.
        """


class ConnectedSource(Source, ABC):
    """A source that one signs in to. Its file is found by the folder.

    It gets its credentials by the names of its settings, and a ready session, which serves one read or one test; it
    never makes a session of its own.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    settings: ClassVar[tuple[Setting, ...]]

    @abstractmethod
    def __init__(self, credentials: Mapping[str, str], session: Session, *, selected: Selected) -> None:
        """Nothing is sent yet. Raises SettingsInvalid when a setting can't be used."""

    @abstractmethod
    def find_applications(self, text: str) -> Sequence[SourceApplication]:
        """Enterprise applications of which a word of the name begins like this, or with this id; some dozens at most.

        Raises PermissionMissing, naming the permission, and whatever else a request may raise.
        """
