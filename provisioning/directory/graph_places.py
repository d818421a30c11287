"""Where a read of Microsoft Graph stands, as the text that pages carry: stage, link, and the delta links so far."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any, Self

from provisioning.directory.base import StartOver

FORM = 1
"""Of the text. What another version of the portal left is read anew."""


class Stage(StrEnum):
    USERS = "users"
    GROUPS = "groups"
    DELETED_USERS = "deleted_users"
    DELETED_GROUPS = "deleted_groups"
    ROLES = "roles"
    ASSIGNMENTS = "assignments"


CHANGES = (Stage.USERS, Stage.GROUPS)
SNAPSHOT = (*CHANGES, Stage.DELETED_USERS, Stage.DELETED_GROUPS)
"""The stages of a read, in order; those of each application follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """From where changes are asked for: two delta links, and what they tell, by the names of Graph's properties."""

    users: str
    groups: str
    user_properties: tuple[str, ...]
    group_properties: tuple[str, ...]

    def __str__(self) -> str:
        return json.dumps({"form": FORM, **asdict(self)})

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises StartOver when it is none of this form."""
        told = _object(text, cls)
        lists = (told["user_properties"], told["group_properties"])
        if not all(isinstance(each, list) for each in lists):
            raise StartOver
        users, groups = (tuple(map(str, each)) for each in lists)
        return cls(users=str(told["users"]), groups=str(told["groups"]), user_properties=users, group_properties=groups)

    def tells(self, users: Iterable[str], groups: Iterable[str]) -> bool:
        """Whether all of this is told; what a link selects can't be changed any more."""
        return set(users) <= set(self.user_properties) and set(groups) <= set(self.group_properties)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A page to read. `link` is empty at the beginning of a stage; `token` grows on the way.

    `whole`: of a snapshot. `application`: whose roles or assignments, by service principal.
    """

    stage: Stage
    link: str
    whole: bool
    application: str
    token: Token

    def __str__(self) -> str:
        return json.dumps({"form": FORM, **asdict(self), "token": str(self.token)})

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises StartOver when it is none of this form."""
        told = _object(text, cls)
        if told["stage"] not in list(Stage):
            raise StartOver
        return cls(
            stage=Stage(told["stage"]),
            link=str(told["link"]),
            whole=bool(told["whole"]),
            application=str(told["application"]),
            token=Token.read(str(told["token"])),
        )

    @classmethod
    def first(cls, token: Token, *, whole: bool) -> Self:
        """The beginning: of a snapshot, or of the changes since this token."""
        return cls(stage=Stage.USERS, link="" if whole else token.users, whole=whole, application="", token=token)

    def at(self, link: str) -> Self:
        """The next page of the same stage."""
        return replace(self, link=link)

    def done(self, delta_link: str) -> Self:
        """The same with the link that asks for what changes after this stage, when it has one."""
        if self.stage not in CHANGES:
            return self
        is_users = self.stage is Stage.USERS
        token = replace(self.token, users=delta_link) if is_users else replace(self.token, groups=delta_link)
        return replace(self, token=token)

    def following(self, applications: Iterable[str]) -> Self | None:
        """The beginning of the next stage, None after the last. Raises StartOver."""
        stages = [(stage, "") for stage in (SNAPSHOT if self.whole else CHANGES)]
        stages += [(stage, each) for each in applications for stage in (Stage.ROLES, Stage.ASSIGNMENTS)]
        here = (self.stage, self.application)
        if here not in stages:  # of an application that was taken out meanwhile
            raise StartOver
        rest = stages[stages.index(here) + 1 :]
        if not rest:
            return None
        stage, application = rest[0]
        link = self.token.groups if stage is Stage.GROUPS and not self.whole else ""
        return replace(self, stage=stage, application=application, link=link)


def _object(text: str, kind: type[Token] | type[Place]) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        raise StartOver from None
    names = {"form", *(each.name for each in fields(kind))}
    if not isinstance(told, dict) or set(told) != names or told["form"] != FORM:
        raise StartOver
    return told
