"""What a SCIM application can do, found out by reading alone: a report for people, and settings for its profile."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from provisioning.choices import ObjectType
from provisioning.connectors.base import ConnectionReport
from provisioning.connectors.scim_documents import bulk_of, endpoints_of, extensions_of, paging_of, says, supports
from provisioning.connectors.scim_findings import Finding, Verdict
from provisioning.connectors.scim_paths import named, read
from provisioning.connectors.scim_paths import parse as path_of
from provisioning.connectors.scim_profile import Source
from provisioning.connectors.scim_reading import Listed, ScimReader
from provisioning.errors import (
    ProvisioningError,
    RetryLater,
    SkipObject,
    StopJob,
    TargetObjectMissing,
    Unreachable,
    step,
)
from provisioning.texts import Message, gettext_noop, say
from provisioning.wire.client import Answer

USER, GROUP = ObjectType.USER, ObjectType.GROUP

SIGNING_IN = gettext_noop("signing in")
SEARCHING = gettext_noop("searching for a user who does not exist")
LISTING = gettext_noop("listing users")

FILTER_WORKS = gettext_noop("Works: a search for a user who does not exist finds nobody.")
FILTER_FINDS = gettext_noop("Works: a search for %(name)s finds this user and no other.")
FILTER_IGNORED = gettext_noop("Does not work: searches are answered with all users. Users are listed instead.")
FILTER_REFUSED = gettext_noop("Does not work: searches are refused (%(reason)s). Users are listed instead.")
FILTER_MISSES = gettext_noop("Does not work: a search for %(name)s does not find this user. Users are listed instead.")
FILTER_404 = gettext_noop("Works, against the standard: a search that finds nobody is answered with 404.")
USERS_READ = gettext_noop("Works: users can be listed; there are %(count)s.")
USERS_UNCOUNTED = gettext_noop("Works: users can be listed, without being counted.")
NUMERIC_IDS = gettext_noop("Works, against the standard: ids are numbers.")
READ_BACK = gettext_noop("Works: a user can be read by id.")
NOT_READ_BACK = gettext_noop("Does not work: a user who is listed can't be read by id (%(reason)s).")
GROUPS_READ = gettext_noop("Works: groups can be listed; there are %(count)s.")
NO_GROUPS = gettext_noop("Does not work: there are no groups at %(path)s (%(reason)s). Only users can be provisioned.")
NO_EXCLUSION = gettext_noop("Does not work: groups can't be read without their members.")
MEMBERS_TOLD = gettext_noop("Works: the members of a group are told.")
MEMBERS_UNTOLD = gettext_noop("Assumed: members of groups are told; the group that was looked at names none.")
NO_CONFIG = gettext_noop("Assumed: PATCH and searches work; the application does not tell what it can do (%(reason)s).")
PATCH_WORKS = gettext_noop("Works, it says: PATCH. Changes are sent alone.")
NO_PATCH = gettext_noop("Does not work, it says: PATCH. Accounts are read and written whole.")
FILTER_DENIED = gettext_noop("It says that searches do not work, but they do.")
ETAGS = gettext_noop("Works, it says: versions (ETags). Nothing is overwritten that somebody else changed meanwhile.")
BULK = gettext_noop("Works, it says: Bulk. Up to %(count)s accounts are created or changed with one request.")
BULK_UNUSED = gettext_noop("It says that Bulk works. By its profile, accounts are created and changed one by one.")
CURSORS = gettext_noop("Works, it says: pages by cursor.")
OTHER_PATHS = gettext_noop("Its users are at %(users)s, its groups at %(groups)s.")
EXTENSIONS = gettext_noop("Schemas it has besides: %(names)s.")
UP_TO = {SIGNING_IN: "sign in", SEARCHING: "filter", LISTING: "users"}
"""The name of the finding that a step becomes at which everything ended."""
NOT_LOOKED_AT = gettext_noop("Not looked at: the application was too slow for the whole test.")


@dataclass(slots=True)
class Probe:
    """Looks at one application. Signing in, searching and listing must pass; the rest is told as it is found.

    `heard`: called with each finding when it is made.
    """

    target: ScimReader
    heard: Callable[[Finding], None] = lambda _finding: None
    findings: list[Finding] = field(default_factory=list)
    learned: dict[str, Any] = field(default_factory=dict)

    def report(self) -> ConnectionReport:
        """Raises ProvisioningError when users can't even be listed."""
        self.look()
        texts = tuple(each.text for each in self.findings)
        return ConnectionReport(signed_in_as=self.target.signed_in_as, findings=texts, learned=self.learned)

    def look(self) -> None:
        with step(SIGNING_IN):
            self.target.be_signed_in()
        with step(SEARCHING):
            self._search_for_nobody()
        with step(LISTING):
            users = self._list_users()
        try:
            for look in (
                self._known_user(users),
                self._groups,
                self._configuration,
                self._resource_types,
                self._schemas,
            ):
                look()
        except RetryLater:
            self._tell("rest", Verdict.NOTED, say(NOT_LOOKED_AT))

    # --- users

    def _search_for_nobody(self) -> None:
        answer = self._searched(f"{uuid.uuid4()}")
        if answer.status == 404:
            return  # whether it means nobody or no such address is seen when users are listed
        if answer.status in (400, 405, 501):
            self._no_filter(say(FILTER_REFUSED, reason=self._short(answer)), answer)
            return
        if not answer.ok:
            raise self.target.failure(answer)
        listed = self.target.listed(answer)
        if listed.resources:
            self._no_filter(say(FILTER_IGNORED), answer)
        else:
            self._tell("filter", Verdict.WORKS, say(FILTER_WORKS), answer)

    def _list_users(self) -> Listed:
        paging = {"startIndex": "1", "count": "2"} if self.target.profile.paging_style == "index" else {"count": "2"}
        answer = self.target.ask("GET", self.target.endpoint(USER), query=paging)
        listed = self.target.listed(answer)
        text = say(USERS_UNCOUNTED) if listed.total is None else say(USERS_READ, count=listed.total)
        self._tell("users", Verdict.WORKS, text, answer)
        if not any(each.name == "filter" for each in self.findings):  # 404 for nobody, at an address that is right
            self.learned["filter.nobody"] = "404"
            self._tell("filter", Verdict.WORKS, say(FILTER_404))
        ids = [named(each, "id") for each in listed.resources]
        if ids and all(type(each) is int for each in ids):
            self.learned["id_type"] = "number"
            self._tell("ids", Verdict.WORKS, say(NUMERIC_IDS), answer)
        return listed

    def _known_user(self, users: Listed) -> Callable[[], None]:
        """Somebody who is there must be found by name and by id."""

        def look() -> None:
            person = next((each for each in users.resources if named(each, "userName") and named(each, "id")), None)
            if person is None:
                return
            name, id_ = str(named(person, "userName")), str(named(person, "id"))
            if self.learned.get("filter.supported", True):
                answer = self._searched(name)
                hits = self.target.listed(answer).resources if answer.ok else []
                if any(str(named(each, "id")) == id_ for each in hits):
                    self._tell("filter", Verdict.WORKS, say(FILTER_FINDS, name=name), answer)
                else:
                    self._no_filter(say(FILTER_MISSES, name=name), answer)
            with self._told_as("read", NOT_READ_BACK):
                self.target.get(USER, id_)
                self._tell("read", Verdict.WORKS, say(READ_BACK))

        return look

    def _searched(self, name: str) -> Answer:
        text = self.target.filter_text("userName", name)
        return self.target.try_to("GET", self.target.endpoint(USER), query={"filter": text})

    def _no_filter(self, text: Message, answer: Answer) -> None:
        self.learned["filter.supported"] = False
        self._tell("filter", Verdict.FAILS, text, answer)

    # --- groups

    def _groups(self) -> None:
        path, query = self.target.endpoint(GROUP), {"startIndex": "1", "count": "1"}
        answer = self.target.try_to("GET", path, query={**query, "excludedAttributes": "members"})
        if answer.status == 400:
            answer = self.target.try_to("GET", path, query=query)
            if answer.ok:
                self.learned["members.exclude"] = False
                self._tell("members.exclude", Verdict.FAILS, say(NO_EXCLUSION), answer)
        if not answer.ok:
            failure = self.target.failure(answer)
            if isinstance(failure, RetryLater):
                raise failure
            self._tell("groups", Verdict.FAILS, say(NO_GROUPS, path=path, reason=self._short(answer)), answer)
            return
        listed = self.target.listed(answer)
        count = len(listed.resources) if listed.total is None else listed.total
        self._tell("groups", Verdict.WORKS, say(GROUPS_READ, count=count), answer)
        for id_ in [named(each, "id") for each in listed.resources][:1]:
            whole = self.target.try_to("GET", self.target.path_of(GROUP, str(id_)))
            has_members = bool(read(whole.data, path_of("members")))
            verdict = Verdict.WORKS if has_members else Verdict.ASSUMED
            self._tell("members", verdict, say(MEMBERS_TOLD if has_members else MEMBERS_UNTOLD), whole)

    # --- what it says of itself

    def _configuration(self) -> None:
        if not self.target.profile.discovery:
            return
        answer = self._document(self.target.profile.spc_path)
        if answer.status == 404:
            answer = self._document("/ServiceProviderConfigs")  # Salesforce, and SCIM 1
            if answer.ok:
                self.learned["spc_path"] = "/ServiceProviderConfigs"
        if not answer.ok or not isinstance(answer.data, Mapping):
            self._tell("configuration", Verdict.ASSUMED, say(NO_CONFIG, reason=self._short(answer)), answer)
            return
        self._patch(answer)
        self._what_else(answer)

    def _what_else(self, answer: Answer) -> None:
        if says(answer.data, "filter") and not supports(answer.data, "filter") and self._filter_works():
            self._tell("filter", Verdict.NOTED, say(FILTER_DENIED), answer)
        if supports(answer.data, "etag"):
            self._tell("etag", Verdict.WORKS, say(ETAGS), answer)
        if bulk := bulk_of(answer.data):
            self.learned |= bulk
            self._bulk(bulk["bulk.ops"], answer)
        if paging := paging_of(answer.data):
            self.learned |= paging
            self._tell("paging", Verdict.WORKS, say(CURSORS), answer)

    def _bulk(self, count: int, answer: Answer) -> None:
        """What a worker found out to the contrary is forgotten with this test."""
        profile = self.target.profile
        if profile.bulk_use or profile.origin("bulk.use") is Source.DISCOVERED:
            self._tell("bulk", Verdict.WORKS, say(BULK, count=count), answer)
        else:
            self._tell("bulk", Verdict.NOTED, say(BULK_UNUSED), answer)

    def _patch(self, answer: Answer) -> None:
        if not says(answer.data, "patch"):
            return
        if supports(answer.data, "patch"):
            self._tell("patch", Verdict.WORKS, say(PATCH_WORKS), answer)
            return
        self.learned |= {"update_method.user": "put", "update_method.group": "put"}
        self._tell("patch", Verdict.FAILS, say(NO_PATCH), answer)

    def _filter_works(self) -> bool:
        return bool(self.learned.get("filter.supported", True))

    def _resource_types(self) -> None:
        if not self.target.profile.discovery:
            return
        answer = self._document("/ResourceTypes")
        if not answer.ok:
            return
        found = endpoints_of(answer.data)
        profile = self.target.profile
        other = {name: path for name, path in found.items() if path != getattr(profile, name)}
        if other:
            self.learned |= other
            paths = {"users_path": profile.users_path, "groups_path": profile.groups_path, **other}
            text = say(OTHER_PATHS, users=paths["users_path"], groups=paths["groups_path"])
            self._tell("resource types", Verdict.NOTED, text, answer)

    def _schemas(self) -> None:
        if not self.target.profile.discovery:
            return
        answer = self._document("/Schemas")
        if answer.ok and (names := extensions_of(answer.data)):
            self._tell("schemas", Verdict.NOTED, say(EXTENSIONS, names=", ".join(names)), answer)

    # --- inside

    def _document(self, path: str) -> Answer:
        return self.target.try_to("GET", path)

    def _short(self, answer: Answer) -> str:
        """Status and words of an answer, on one line."""
        words = " ".join(self.target.detail(answer).split())[:120]
        return f"{answer.status} {words}".strip()

    @contextmanager
    def _told_as(self, name: str, text: str) -> Iterator[None]:
        try:
            yield
        except (SkipObject, TargetObjectMissing) as error:
            self._tell(name, Verdict.FAILS, say(text, reason=str(error)))

    def _tell(self, name: str, verdict: Verdict, text: Message, answer: Answer | None = None) -> None:
        said = (answer.exchange,) if answer else ()
        self.findings.append(Finding(name=name, verdict=verdict, text=text, exchanges=said))
        self.heard(self.findings[-1])


def ended_at(error: ProvisioningError) -> Finding:
    """What `look` raised, as the last line of the report. Who is not let in, or not answered, has nothing to learn of
    filters: nothing is sent for a token that was given, so it is the first search that is refused."""
    is_shut = isinstance(error, (StopJob, Unreachable))
    name = "sign in" if is_shut or error.step is None else UP_TO.get(error.step.text, "sign in")
    return Finding(name=name, verdict=Verdict.FAILS, text=error.message, exchanges=error.exchanges)
