"""Requests to a SCIM application and what its answers mean, whatever form it gives its errors."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

import requests

from provisioning.choices import ObjectType
from provisioning.connectors.scim_paths import named
from provisioning.connectors.scim_profile import MICROSOFT, RFC, Profile, Source, made
from provisioning.connectors.scim_sign_in import OLDER, STANDARD, ScimSignIn
from provisioning.errors import (
    ChangedMeanwhile,
    Conflict,
    ProvisioningError,
    Rejected,
    UnexpectedAnswer,
)
from provisioning.texts import gettext_noop
from provisioning.wire.client import IN_USE, REFUSED, Answer

NOT_OFFERED = gettext_noop("%(app)s does not offer this: %(detail)s (%(method)s %(path)s: %(status)s)")
CHANGED = gettext_noop("It was changed in %(app)s meanwhile: %(detail)s (%(method)s %(path)s: %(status)s)")
TOO_LARGE = gettext_noop("The request is too large for %(app)s: %(detail)s (%(method)s %(path)s: %(status)s)")
NO_RESOURCE = gettext_noop("The answer of %(app)s holds no SCIM resource (%(method)s %(path)s: %(status)s)")
OTHER_ID = gettext_noop("%(app)s answers about another object than it was asked for (%(method)s %(path)s: %(status)s)")


class NotOffered(Rejected):
    """The application has no such operation."""


class TooLarge(Rejected):
    """A request with more in it than the application takes at once."""


class NoTarget(Rejected):
    """A request that was refused as it is written, perhaps because what it is about is not there.

    `is_told`: the application says that this is why.
    """

    is_told = False


class ScimClient(ScimSignIn):
    """Speaks SCIM as the profile of the application has it."""

    has_profile = True

    def __init__(self, credentials: Mapping[str, str], session: requests.Session) -> None:
        super().__init__(credentials, session)
        self.adapt({})

    def adapt(self, profile: Mapping[str, Mapping[str, Any]], name: str = "") -> None:
        """Microsoft's flags at the end of the Tenant URL outweigh all but what an administrator sets."""
        self.label = name or type(self).label
        layers: dict[Source, Mapping[str, Any]] = {Source(name): values for name, values in profile.items()}
        layers[Source.ADDRESS] = self.profile_of_credentials()
        self.profile: Profile = made(layers)
        self.can_filter = self.profile.filter_supported
        self.can_list = self.profile.list_supported
        self.page_size = self.profile.paging_max
        self.members_per_request = self.profile.members_chunk
        self.bulk_size = max(self.profile.bulk_ops, 1) if self.profile.bulk_use else 1
        self.requests_per_second = self.profile.rate or None
        self.conflict_attributes = self.profile.conflict_lookup
        agent = {"User-Agent": self.profile.user_agent} if self.profile.user_agent else {}
        self.headers = MappingProxyType({"Accept": self.profile.accept, **agent})

    def profile_of_credentials(self) -> dict[str, Any]:
        """What a flag at the end of the Tenant URL says."""
        style = self._style_of_flags() if self.setting("tenant_url") else ""
        return {"patch.style": style} if style else {}

    def endpoint(self, type_: ObjectType) -> str:
        return self.profile.users_path if type_ is ObjectType.USER else self.profile.groups_path

    def deletes(self, type_: ObjectType) -> bool:
        """Whether it really deletes; else accounts are switched off."""
        return type_ is not ObjectType.USER or self.profile.delete_mode != "soft"

    def path_of(self, type_: ObjectType, id_: str) -> str:
        return f"{self.endpoint(type_)}/{quote(id_, safe='')}"

    def ask(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None, etag: str = ""
    ) -> Answer:
        """Send, signed in, and give what was answered. Raises ProvisioningError for anything but success."""
        answer = self.try_to(method, path, query=query, body=body, etag=etag)
        if not answer.ok:
            raise self.failure(answer)
        return answer

    def try_to(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None, etag: str = ""
    ) -> Answer:
        """The same, whatever is answered. Raises only when no answer came."""
        url, pairs = self.base_url + path, [*self.base_query, *(query or {}).items()]
        if pairs:  # %20 for a space: some servers read + as a plus sign
            url += "?" + urlencode(pairs, quote_via=quote)
        headers = {"Content-Type": self.profile.content_type} if body is not None else {}
        if etag:
            headers["If-Match"] = etag
        return self.signed_in(method, url, body, headers)

    def failure(self, answer: Answer) -> ProvisioningError:
        if answer.status in (405, 501):
            return self.error(NotOffered, answer, NOT_OFFERED)
        if answer.status == 409:  # whatever its body is
            return self.error(Conflict, answer, IN_USE)
        return super().failure(answer)

    def meaning(self, answer: Answer) -> ProvisioningError:
        kind = scim_type(answer.data).casefold()
        if answer.status == 400 and kind == "uniqueness":
            return self.error(Conflict, answer, IN_USE)
        if answer.status == 400:
            refused = NoTarget(self.told(REFUSED, answer), (answer.exchange,))
            refused.is_told = kind == "notarget"
            return refused
        if answer.status == 412:
            return self.error(ChangedMeanwhile, answer, CHANGED)
        if answer.status == 413:
            return self.error(TooLarge, answer, TOO_LARGE)
        return super().meaning(answer)

    def detail(self, answer: Answer) -> str:
        return error_text(answer.data) or super().detail(answer)

    def resource(self, answer: Answer, id_: str = "") -> dict[str, Any]:
        """The resource that an answer holds; about the object with this id, when one is given."""
        data = answer.data
        if not isinstance(data, dict) or (id_ and named(data, "id") is None):
            raise self.error(UnexpectedAnswer, answer, NO_RESOURCE)
        self.check_id(answer, id_)
        return data

    def check_id(self, answer: Answer, id_: str) -> None:
        """An answer may leave the id out, but it must be no other one."""
        told = named(answer.data, "id")
        if id_ and told is not None and str(told) != id_:
            raise self.error(UnexpectedAnswer, answer, OTHER_ID)

    # --- inside

    def _style_of_flags(self) -> str:
        if self.has_flag(STANDARD):
            return RFC
        return MICROSOFT if self.has_flag(OLDER) else ""


def scim_type(data: Any) -> str:
    """The scimType of an error, empty when it has none: what happened is told by the status first."""
    kind = named(data, "scimType")
    return kind if isinstance(kind, str) else ""


def error_text(data: Any) -> str:
    """The words of an error: SCIM 2's, SCIM 1's, or what comes closest to either."""
    errors = named(data, "Errors")
    entries: Sequence[Any] = errors if isinstance(errors, list) else [data]
    return "; ".join(text for each in entries if (text := _words(each)))


def _words(entry: Any) -> str:
    if isinstance(entry, str):
        return entry
    names = ("scimType", "detail", "description", "message", "error", "error_description")
    said = (named(entry, name) for name in names)
    return ": ".join(dict.fromkeys(text for text in said if isinstance(text, str) and text))
