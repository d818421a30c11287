"""The GoTo account that the portal works in: who it is there, which licences there are, and Test Connection."""

from collections.abc import Iterator, Mapping
from urllib.parse import quote

import requests

from provisioning.connectors.base import ConnectionReport
from provisioning.connectors.goto_licences import MANAGED, Licence, Shelf
from provisioning.connectors.goto_service import OURSELVES, GoToService, expected_form, of_the_account
from provisioning.connectors.goto_values import Admin, as_admin, results
from provisioning.errors import PermissionMissing, Rejected, SettingsInvalid, SkipObject, step
from provisioning.texts import Message, gettext_noop, say
from provisioning.wire.once import Once

RIGHTS = frozenset({"SUPER_USER", "MANAGE_USERS"})
LICENCES_PER_PAGE = 200

# The steps of a connection test; each is told as "Failed at".
SIGNING_IN = gettext_noop("signing in at the token address")
ASKING_WHO = gettext_noop("asking who we are (/me) and choosing the account")
CHECKING_ROLES = gettext_noop("checking the administrator's roles")
READING_USERS = gettext_noop("reading users")
READING_LICENCES = gettext_noop("reading licences")

NOT_ADMIN = gettext_noop(
    "%(name)s can sign in but may not manage users in the GoTo account %(account)s. Make sure that the account has "
    "Team Admin permissions: the role SUPER_USER or MANAGE_USERS. Roles it has now: %(roles)s"
)
SIGNED_IN = gettext_noop("Signed in to the GoTo account %(account)s.")
USERS_READ = gettext_noop("Users can be read: %(count)s.")
ROLES = gettext_noop("Admin roles: %(roles)s.")
SEATS = gettext_noop("Licence %(name)s: %(free)s of %(seats)s seats are free.")


class GoToAccount(GoToService):
    """Reads once, and keeps, what all requests need: the administrator with the account, and the licences."""

    def __init__(self, credentials: Mapping[str, str], session: requests.Session) -> None:
        super().__init__(credentials, session)
        self._admin = Once(self._read_admin)
        self._shelf = Once(self._read_licences)

    @property
    def base_url(self) -> str:
        return self.setting("api_url").rstrip("/") + "/admin/rest/v1"

    def test_connection(self) -> ConnectionReport:
        self.forget_sign_in()
        self._admin.forget()
        self._shelf.forget()
        try:
            return self._walk()
        except SkipObject as error:  # nothing here is about one object
            told = SettingsInvalid(error.message, error.exchanges)
            told.step = error.step
            raise told from error

    def path(self, *parts: str) -> str:
        """Of something in the account. Signs in and asks who we are, if that was not done yet."""
        return "/".join(["/accounts", *(quote(each, safe="") for each in (self._admin.get().account_key, *parts))])

    def free_licence(self) -> str | None:
        """The key of a licence that roles decide on and that has a free seat."""
        licences = [each for each in self._shelf.get().licences if each.enabled and each.products & MANAGED]
        return next((each.key for each in licences if self._shelf.get().free(each) != 0), None)

    def full_licence(self) -> str | None:
        """The key of a licence that roles decide on and that has no seat left."""
        licences = [each for each in self._shelf.get().licences if each.enabled and each.products & MANAGED]
        return next((each.key for each in licences if self._shelf.get().free(each) == 0), None)

    # --- inside

    def _walk(self) -> ConnectionReport:
        with step(SIGNING_IN):
            self.be_signed_in()
        with step(ASKING_WHO):
            admin = self._admin.get()
        roles = ", ".join(sorted(admin.roles)) or "–"
        with step(CHECKING_ROLES):
            if not admin.roles & RIGHTS:
                raise PermissionMissing(say(NOT_ADMIN, name=admin.email, account=admin.account_name, roles=roles))
        with step(READING_USERS), of_the_account(), expected_form():
            users = self.call("GET", self.path("users"), query={"pageSize": "1"})
            read = say(USERS_READ, count=int(users.get("total", len(results(users)))))
        with step(READING_LICENCES):
            seats = _seats(self._shelf.get())
        return ConnectionReport(
            signed_in_as=admin.email,
            findings=(say(SIGNED_IN, account=admin.account_name), read, say(ROLES, roles=roles), *seats),
        )

    def _read_admin(self) -> Admin:
        with of_the_account():
            data = self.call("GET", "/me")
        with expected_form():
            return as_admin(data, self.setting("account_key"))

    def _read_licences(self) -> Shelf:
        licences: list[Licence] = []
        while True:
            query = {"pageSize": str(LICENCES_PER_PAGE), "offset": str(len(licences))}
            with of_the_account():
                data = self.call("GET", self.path("licenses"), query=query)
            with expected_form():
                page = [Licence.from_json(each) for each in results(data)]
                licences += page
                if not page or len(licences) >= int(data.get("total") or 0):
                    return Shelf(licences)

    def _refuse_ourselves(self, id_: str) -> None:
        if id_ == self._admin.get().key:
            raise Rejected(say(OURSELVES))


def _seats(shelf: Shelf) -> Iterator[Message]:
    for each in shelf.licences:
        if each.enabled and each.seats is not None and each.products & MANAGED:
            name = each.name or ", ".join(sorted(each.products))
            yield say(SEATS, name=name, free=shelf.free(each), seats=each.seats)
