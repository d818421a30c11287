"""What must hold at every step, and what the target must hold in the end."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from provisioning.choices import Kind, ObjectType, Staging
from provisioning.connectors.base import Write
from provisioning.records import Candidate, GuardRules, TargetObject
from tests.engine.memory_directory import ObjectKey
from tests.engine.memory_store import MemoryStore
from tests.simulator import model
from tests.simulator.faults import WRITES
from tests.simulator.ports import Watch
from tests.simulator.stage import Violation, Worker
from tests.simulator.world import GROUP, USER, World

REMOVES = ("disable", "delete")


def must(holds: bool, what: str) -> None:
    if not holds:
        raise Violation(what)


class Checks(Watch):
    """Looks at every transaction and every request of every worker."""

    def __init__(self, world: World) -> None:
        self.world, self.job = world, world.job

    # --- transactions

    def loaded(self, worker: Worker, store: MemoryStore, found: Sequence[Candidate], kind: Kind) -> None:
        settings = self.world.settings[store.rules.version]
        for each in found:
            key = (each.source.type, each.source.key)
            is_wanted = model.wanted(self.world.directory, settings, key)
            worker.loaded[key, kind] = (is_wanted, each.staged.status if each.staged else None)
            if is_wanted:
                self.world.ever.add(key)
                self.world.names.add((str(each.source.attributes.get("userPrincipalName")), key))

    def stored(self, worker: Worker, store: MemoryStore) -> None:
        for type_ in ObjectType:
            ids = Counter(state.target_id for key, state in self.job.states.items() if key[0] is type_)
            twice = [id_ for id_, number in ids.items() if id_ and number > 1]
            must(not twice, f"accounts {twice} have several holders")
        counters = dict(store.cycle.counters)
        must(counters.pop("looked_at", 0) == sum(counters.values()), f"counters do not add up: {counters}")

    # --- requests

    def about_to(self, worker: Worker, operation: str, about: Any) -> None:
        """A request that changes something is about to have its effect."""
        if operation in WRITES:
            must(self._has_lease(worker), f"{operation} without a lease")
        if operation == "bulk":
            for write in about:
                self.about_to(worker, operation_of(write), write.id or write.values)
        elif operation == "create":
            self._create(worker, about)
        elif operation in REMOVES:
            self._remove(worker, about)
        elif operation == "remove_members":
            self._take_out(worker, about)
        elif operation in ("update", "enable"):
            self._change(about)

    def _has_lease(self, worker: Worker) -> bool:
        lease, cycle = worker.lease, self.job.cycle
        if lease is None or cycle is None:
            return False
        mine, now = cycle.slices[lease.slice_id], self.world.clock.seconds
        return mine.token == lease.token and mine.expires is not None and mine.expires >= now

    def _create(self, worker: Worker, values: dict[str, Any]) -> None:
        type_ = USER if "userName" in values else GROUP
        anchor = values["externalId"]
        others = [each.id for each in self.world.service.objects(type_).values() if has_anchor(each, anchor)]
        must(not others, f"{anchor} gets a second account beside {others}")
        is_wanted, _ = worker.loaded.get((key_of(anchor), Kind.ACCOUNT), (False, None))
        must(is_wanted, f"{anchor} gets an account and is not wanted")

    def _remove(self, worker: Worker, id_: str) -> None:
        type_ = USER if id_ in self.world.service.users else GROUP
        holder = self.job.holder(type_, id_)
        if id_ not in self.world.service.objects(type_):
            return
        must(holder is not None, f"account {id_} of nobody is removed")
        assert holder is not None
        is_wanted, status = worker.loaded.get((holder, Kind.ACCOUNT), (True, None))
        must(not is_wanted, f"{holder} is wanted, and the account is removed")
        must(status in (Staging.PASSED, Staging.APPROVED), f"{holder} is removed, and the removal is {status}")
        if status is Staging.PASSED:
            self._guard(Kind.ACCOUNT, {holder}, self.job.linked())

    def _take_out(self, worker: Worker, id_: str) -> None:
        group = self.job.holder(GROUP, id_)
        must(group is not None, f"members of group {id_} of nobody are removed")
        assert group is not None
        _, status = worker.loaded.get((group, Kind.MEMBERS), (True, None))
        must(status in (Staging.PASSED, Staging.APPROVED), f"members of {group} are removed, and that is {status}")

    def _change(self, id_: str) -> None:
        type_ = USER if id_ in self.world.service.users else GROUP
        account, holder = self.world.service.objects(type_).get(id_), self.job.holder(type_, id_)
        if account is None:
            return
        must(holder is not None, f"account {id_} of nobody is changed")
        anchor = account.attributes.get("externalId")
        must(not anchor or key_of(anchor) == holder, f"account {id_} of {anchor} is changed for {holder}")

    def _guard(self, kind: Kind, removed: set[object], existing: int) -> None:
        cycle = self.job.cycle
        guard = cycle.rules.guard if cycle else None
        if cycle is None or guard is None:
            return
        key = (cycle.number, kind)
        before = self.world.existing.setdefault(key, existing)
        everyone = self.world.removed.setdefault(key, set())
        everyone |= removed
        must(not is_too_many(guard, len(everyone), before), f"the guard let {len(everyone)} of {before} pass")

    # --- the end

    def compare(self) -> None:
        """The target holds what the model says, field by field."""
        for key in sorted(self.world.directory.objects):
            self._compare(key)
        touched = {key_of(each.attributes["externalId"]) for each in self.world.service.users.values() if our(each)}
        must(touched <= self.world.ever, f"{touched - self.world.ever} were never wanted and have an account")
        for id_, before in self.world.foreign.items():
            now = self.world.service.users.get(id_)
            must(now == before or self._was_taken(before, now), f"foreign account {id_} was touched: {now}")

    def _was_taken(self, before: TargetObject, now: TargetObject | None) -> bool:
        """Somebody who was wanted had this name."""
        if now and our(now):
            return key_of(now.attributes["externalId"]) in self.world.ever
        return any(name == before.attributes["userName"] for name, _ in self.world.names)

    def _compare(self, key: ObjectKey) -> None:
        world, anchor = self.world, self.world.directory.objects[key].id
        accounts = [each for each in world.service.objects(key[0]).values() if has_anchor(each, anchor)]
        must(len(accounts) <= 1, f"{anchor} has several accounts: {accounts}")
        is_wanted = model.wanted(world.directory, world.current, key)
        if not is_wanted:
            self._left(key, accounts)
            return
        expected = model.values(world.directory, world.current, key)
        if not accounts:
            must(self._is_taken(key, expected), f"{anchor} has no account")
            return
        account = accounts[0]
        must(account.active is True, f"{anchor} has no access: {account}")
        has = {name: account.attributes.get(name) for name in expected}
        must(has == expected or self._is_taken(key, expected), f"{anchor} has {has}, expected {expected}")
        self._references(key, account)

    def _left(self, key: ObjectKey, accounts: list[TargetObject]) -> None:
        anchor = self.world.directory.objects[key].id
        must(not any(each.active for each in accounts if key[0] is USER), f"{anchor} left and has access: {accounts}")
        must(key[0] is USER or not accounts, f"group {anchor} is not wanted and is there: {accounts}")

    def _references(self, key: ObjectKey, account: TargetObject) -> None:
        world = self.world
        if key[0] is GROUP:
            people = model.members(world.directory, key[1])
            wanted = {id_ for each in people if (id_ := self._account(each))}
            has = set(account.attributes.get("members", ())) - self._taken_over(people)
            must(has == wanted, f"group {key[1]} has members {sorted(has)}, expected {sorted(wanted)}")
            return
        manager = model.manager(world.directory, key)
        if manager and (id_ := self._account(manager)):
            must(account.attributes.get("manager") == id_, f"{key} has manager {account.attributes}, expected {id_}")

    def _taken_over(self, people: set[ObjectKey]) -> set[str]:
        """Accounts that were there before and were only ever disabled for one of these: they have no anchor."""
        names = {name for name, key in self.world.names if key in people}
        users = self.world.service.users.values()
        return {each.id for each in users if not our(each) and each.attributes["userName"] in names}

    def _account(self, key: ObjectKey) -> str:
        anchor = self.world.directory.objects[key].id
        objects = self.world.service.objects(key[0]).values()
        return next((each.id for each in objects if has_anchor(each, anchor)), "")

    def _is_taken(self, key: ObjectKey, expected: dict[str, Any]) -> bool:
        """Another account has the name: that is for a person to solve."""
        unique = "userName" if key[0] is USER else "displayName"
        anchor = self.world.directory.objects[key].id
        others = self.world.service.having(key[0], unique, expected[unique])
        return any(not has_anchor(each, anchor) for each in others)


def operation_of(write: Write) -> str:
    """What it would be as a request of its own."""
    return "update" if write.id else "create"


def has_anchor(account: TargetObject, anchor: str) -> bool:
    return bool(account.attributes.get("externalId") == anchor)


def our(account: TargetObject) -> bool:
    return "externalId" in account.attributes


def key_of(anchor: str) -> ObjectKey:
    kind, number = anchor.rsplit("-", 1)
    return (USER if kind == "id" else GROUP, int(number))


def is_too_many(guard: GuardRules, number: int, existing: int) -> bool:
    """The documented limits, once more."""
    return number > guard.number or (existing >= guard.least and number > existing * guard.percent / 100)
