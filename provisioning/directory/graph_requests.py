"""The requests to Microsoft Graph: their addresses, what their refusals mean, and links that are followed or not."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any
from urllib.parse import SplitResult, quote, urlencode, urlsplit
from uuid import UUID

from provisioning.directory.attributes import ANCHOR
from provisioning.directory.base import Selected
from provisioning.directory.graph_names import properties_of
from provisioning.directory.graph_places import Stage
from provisioning.directory.graph_sign_in import GraphSignIn
from provisioning.errors import (
    CredentialsRejected,
    PermissionMissing,
    ProvisioningError,
    SettingsInvalid,
    UnexpectedAnswer,
)
from provisioning.texts import gettext_noop, say
from provisioning.wire.client import NOT_THERE, SIGN_IN_REFUSED, Answer
from provisioning.wire.session import Session

USERS = frozenset({"accountEnabled", "displayName", "givenName", "mail", "surname", "userPrincipalName"})
GROUPS = frozenset({"description", "displayName", "mail", "mailNickname", "securityEnabled"})
"""Attributes that are always read: pages show people and groups by them."""
ID = frozenset({ANCHOR})
"""Is told with every object, whatever is selected."""
PER_PAGE = 999
FOUND = 50
"""So many applications are told of a search."""

EVERYTHING = "Directory.Read.All"
"""The one permission that holds all the others."""
PERMISSIONS: Mapping[str, str] = MappingProxyType(
    {
        "/organization": "Organization.Read.All",
        "/users": "User.Read.All",
        "/groups": "GroupMember.Read.All",
        "/directory/deletedItems/microsoft.graph.user": "User.Read.All",
        "/directory/deletedItems/microsoft.graph.group": "Group.Read.All",
        "/servicePrincipals": "Application.Read.All",
    }
)
"""The least that each address needs, by its beginning."""

NOT_ALLOWED = gettext_noop(
    "The app registration may not do this. Grant it the application permission %(permission)s (or %(everything)s) of "
    "Microsoft Graph, with admin consent: %(detail)s"
)
NOT_ALLOWED_SO_FAR = gettext_noop(
    "The app registration may not do this. Grant it the application permission %(permission)s (or %(everything)s) of "
    "Microsoft Graph, with admin consent. What it has now: %(roles)s. %(detail)s"
)
NO_APPLICATION = gettext_noop(
    "The tenant has no enterprise application with the object ID %(id)s. Choose another one for the application that "
    "takes its assignments from there."
)
REFUSED = gettext_noop("%(app)s refuses the request: %(detail)s (%(method)s %(path)s: %(status)s)")
STRANGE = gettext_noop("The answer does not have the form of Microsoft Graph: %(problem)s (%(path)s)")
ELSEWHERE = gettext_noop("The next page is at another address, %(host)s. The portal does not sign in there.")


class GraphRequests(GraphSignIn):
    """Asks for pages. `selected` says which attributes, and whose assignments."""

    def __init__(self, credentials: Mapping[str, str], session: Session, *, selected: Selected) -> None:
        super().__init__(credentials, session)
        self.selected = selected
        self.user_attributes, self.group_attributes = (USERS | selected.users) - ID, (GROUPS | selected.groups) - ID
        self.user_properties = properties_of(self.user_attributes)
        self.group_properties = properties_of(self.group_attributes)

    def address(self, stage: Stage, application: str = "") -> str:
        """Where a stage begins."""
        principal = f"/servicePrincipals/{quote(application, safe='')}"
        users, groups = ",".join(("id", *self.user_properties)), ",".join(("id", *self.group_properties))
        path, query = {
            Stage.USERS: ("/users/delta", {"$select": f"{users},manager"}),
            Stage.GROUPS: ("/groups/delta", {"$select": f"{groups},members"}),
            Stage.DELETED_USERS: ("/directory/deletedItems/microsoft.graph.user", {"$select": users}),
            Stage.DELETED_GROUPS: ("/directory/deletedItems/microsoft.graph.group", {"$select": groups}),
            Stage.ROLES: (principal, {"$select": "id,appId,displayName,appRoles"}),
            Stage.ASSIGNMENTS: (f"{principal}/appRoleAssignedTo", {"$top": str(PER_PAGE)}),
        }[stage]
        return f"{self.base_url}{path}?{urlencode(query, safe='$,', quote_via=quote)}"

    def address_of_applications(self, text: str) -> str:
        """Of those with this id, or a word in their name that begins with this text."""
        query = {"$select": "id,appId,displayName", "$top": str(FOUND)}
        if is_id(text):
            query["$filter"] = f"appId eq '{UUID(text)}' or id eq '{UUID(text)}'"
        else:
            plain = text.replace("\\", "\\\\").replace('"', '\\"')
            query["$search"] = f'"displayName:{plain}"'
        return f"{self.base_url}/servicePrincipals?{urlencode(query, safe='$,', quote_via=quote)}"

    def ask(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """One page. Raises ProvisioningError."""
        answer = self.signed_in("GET", url, headers=headers)
        if not answer.ok:
            raise self.failure(answer)
        return answer

    def is_ours(self, link: str) -> bool:
        """Whether a link leads to the Graph that the token is for, which is sent nowhere else."""
        try:
            there, here = urlsplit(link), urlsplit(self.base_url)
            return _place(there) == _place(here) and there.path.startswith(f"{here.path}/")
        except ValueError:
            return False

    def link(self, answer: Answer, name: str) -> str:
        """A link of this answer, empty when it has none."""
        found = str(answer.data.get(name) or "")
        if found and not self.is_ours(found):
            raise UnexpectedAnswer(say(ELSEWHERE, host=_host(found)), (answer.exchange,))
        return found

    def meaning(self, answer: Answer) -> ProvisioningError:
        path = urlsplit(answer.exchange.url).path.removeprefix(urlsplit(self.base_url).path)
        if answer.status == 401:
            return self.error(CredentialsRejected, answer, SIGN_IN_REFUSED)
        if answer.status == 403:
            return self._not_allowed(answer, path)
        if answer.status == 404 and path.startswith("/servicePrincipals/"):
            return SettingsInvalid(say(NO_APPLICATION, id=path.split("/")[2]), (answer.exchange,))
        if answer.status == 404:
            return self.error(SettingsInvalid, answer, NOT_THERE)
        return self.error(SettingsInvalid if answer.status == 400 else UnexpectedAnswer, answer, REFUSED)

    @contextmanager
    def known_form(self, answer: Answer) -> Iterator[Any]:
        """Reading JSON of a known form; another form means that something else answered."""
        try:
            yield answer.data
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            path = urlsplit(answer.exchange.url).path
            raise UnexpectedAnswer(say(STRANGE, problem=repr(error), path=path), (answer.exchange,)) from error

    def _not_allowed(self, answer: Answer, path: str) -> ProvisioningError:
        needed = next((PERMISSIONS[each] for each in PERMISSIONS if path.startswith(each)), EVERYTHING)
        values = {"permission": needed, "everything": EVERYTHING, "detail": self.detail(answer)}
        if self.roles is None:
            return PermissionMissing(say(NOT_ALLOWED, **values), (answer.exchange,))
        roles = ", ".join(self.roles) or "-"
        return PermissionMissing(say(NOT_ALLOWED_SO_FAR, **values, roles=roles), (answer.exchange,))


def is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def _place(parts: SplitResult) -> tuple[str, str | None, int | None]:
    """What makes two addresses the same service. Raises ValueError."""
    if "@" in parts.netloc:
        raise ValueError(parts.netloc)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def _host(link: str) -> str:
    try:
        return urlsplit(link).hostname or link
    except ValueError:
        return link
