"""What people, imports and other administrators do meanwhile: each event is one transaction."""

from collections.abc import Callable
from dataclasses import replace

from provisioning.choices import CycleKind, Staging
from provisioning.records import TargetObject
from tests.engine.memory_directory import DEFAULT_ACCESS, Entry, ObjectKey
from tests.engine.memory_phases import begin
from tests.simulator.world import GROUP, USER, World, add_user, rules_for

ROLES = ("role-1", "role-2", DEFAULT_ACCESS)
Event = Callable[[World], str]


def happen(world: World, events: tuple[Event, ...]) -> str:
    """One of them, and what it was; empty when it could not be."""
    return world.random.choice(events)(world)


# --- the directory


def create_user(world: World) -> str:
    key = add_user(world)
    if world.random.random() < 0.5:
        world.directory.assign((USER, key), world.random.choice(ROLES))
    return f"user {key} is new"


def recycle_name(world: World) -> str:
    """Somebody new gets a name that another one had."""
    if not world.old_names:
        return ""
    key = add_user(world, world.old_names.pop())
    world.directory.assign((USER, key), "role-1")
    return f"user {key} is new and has an old name"


def rename_user(world: World) -> str:
    user = _user(world)
    world.old_names.append(user.attributes["userPrincipalName"])
    world.directory.change(user, userPrincipalName=f"renamed{world.number()}@contoso.example")
    return f"user {user.key} is renamed"


def edit_user(world: World) -> str:
    user, name = _user(world), world.random.choice(("displayName", "surname", "mail", "department"))
    value = world.random.choice(("Sales", "Research")) if name == "department" else f"{name} {world.number()}"
    world.directory.change(user, **{name: value})
    return f"user {user.key}: {name} is {value}"


def switch_user(world: World) -> str:
    user = _user(world)
    world.directory.change(user, enabled=not user.enabled)
    world.undo.append(lambda: world.directory.change(user, enabled=not user.enabled))
    return f"user {user.key} enabled: {user.enabled}"


def delete_or_restore(world: World) -> str:
    entry = world.random.choice(sorted(world.directory.objects.values(), key=lambda each: (each.type, each.key)))
    if entry.purged:
        return ""
    if entry.soft_deleted and world.random.random() < 0.4:
        if entry.type is USER:
            world.old_names.append(entry.attributes["userPrincipalName"])
        world.directory.purge(entry)
        return f"{entry.id} is purged"
    world.directory.change(entry, soft_deleted=not entry.soft_deleted)
    return f"{entry.id} soft deleted: {entry.soft_deleted}"


def assign(world: World) -> str:
    kind = USER if world.random.random() < 0.7 else GROUP
    key = (kind, world.random.choice(world.users() if kind is USER else world.groups()))
    if world.directory.objects[key].purged:
        return ""
    role = world.random.choice(ROLES)
    tie = world.directory.assignments.get((key, role))
    is_new = not (tie and tie.present)
    world.directory.assign(key, role, present=is_new)
    world.undo.append(lambda: _unless_purged(world, key, lambda: world.directory.assign(key, role, present=not is_new)))
    return f"{key} assigned as {role or 'Default Access'}: {is_new}"


def join(world: World) -> str:
    group = world.random.choice(world.groups())
    others = [each for each in world.groups() if each != group]
    member: ObjectKey = (USER, world.random.choice(world.users()))
    if others and world.random.random() < 0.2:
        member = (GROUP, world.random.choice(others))
    if world.directory.objects[member].purged or world.directory.objects[GROUP, group].purged:
        return ""
    tie = world.directory.memberships.get((group, member))
    is_new = not (tie and tie.present)
    world.directory.join(group, member, present=is_new)
    world.undo.append(lambda: _unless_purged(world, member, lambda: _back(world, group, member, is_new)))
    return f"{member} is in group {group}: {is_new}"


def _back(world: World, group: int, member: ObjectKey, was_new: bool) -> None:
    _unless_purged(world, (GROUP, group), lambda: world.directory.join(group, member, present=not was_new))


def _unless_purged(world: World, key: ObjectKey, do: Callable[[], None]) -> None:
    if not world.directory.objects[key].purged:
        do()


def undo(world: World) -> str:
    """The last change is taken back: what was sent of it meanwhile must be found out."""
    if not world.undo:
        return ""
    world.undo.pop()()
    return "the last change is taken back"


def change_manager(world: World) -> str:
    user, other = _user(world), _user(world)
    world.directory.change(user, manager=None if user is other else other.key)
    return f"user {user.key} has manager {user.manager}"


def change_role(world: World) -> str:
    id_ = world.random.choice(("role-1", "role-2"))
    role = world.directory.roles[id_]
    if world.random.random() < 0.5:
        world.directory.change_role(id_, enabled=not role.enabled)
    else:
        world.directory.change_role(id_, value=f"Role {world.number()}")
    return f"{id_} is {role.value}, enabled: {role.enabled}"


def create_group(world: World) -> str:
    group = world.directory.add_group(world.number())
    for key in world.random.sample(world.users(), 3):
        if not world.directory.objects[USER, key].purged:
            world.directory.join(group.key, (USER, key))
    world.directory.assign((GROUP, group.key), world.random.choice(ROLES))
    return f"group {group.key} is new"


def rename_group(world: World) -> str:
    group = world.directory.objects[GROUP, world.random.choice(world.groups())]
    world.directory.change(group, displayName=f"Group {world.number()}")
    return f"group {group.key} is renamed"


def _user(world: World) -> Entry:
    return world.directory.objects[USER, world.random.choice(world.users())]


# --- administrators


def save_configuration(world: World) -> str:
    field = world.random.choice(("everyone", "role_required", "only_sales", "with_mail"))
    settings = replace(world.current, **{field: not getattr(world.current, field)})
    world.job.reconfigure(rules_for(settings, world.job.rules.guard))
    world.settings[world.job.version] = settings
    return f"saved: {field} {getattr(settings, field)}"


def stop_or_start(world: World) -> str:
    if world.job.is_on:
        world.job.switch_off()
        return "switched off"
    world.job.resume()
    return "switched on"


def restart(world: World) -> str:
    settings = world.current
    world.job.restart()
    world.settings[world.job.version] = settings
    return "restart"


def clear(world: World) -> str:
    settings = world.current
    if not world.job.clear(world.clock.seconds):
        return ""
    world.settings[world.job.version] = settings
    return "clear current state"


def decide(world: World) -> str:
    held = [key for key, each in world.job.staged.items() if each.status is Staging.HELD]
    if not held:
        return ""
    key, status = world.random.choice(held), world.random.choice((Staging.APPROVED, Staging.REJECTED))
    world.job.decide(key, status)
    return f"{key}: {status}"


def other_cycle(world: World) -> str:
    """A preview or a reconcile cycle, when no other cycle is open."""
    job = world.job
    if job.is_open or job.live(world.clock.seconds) or not job.is_on:
        return ""
    kind = world.random.choice((CycleKind.PREVIEW, CycleKind.RECONCILE))
    repair = world.random.random() < 0.5
    begin(job, kind, 4, repair=repair, now=world.clock.now(), target=world.target)
    return f"{kind}, repair: {repair}"


def on_demand(world: World) -> str:
    """Provision on demand has somebody in hand for a while, who is not in a worker's hands."""
    job = world.job
    if job.claims:
        job.claims.clear()
        return "on demand is through"
    key = (USER, world.random.choice(world.users()))
    for each in job.live(world.clock.seconds):
        if each.type is USER and each.in_hand is not None and each.low < key[1] <= each.in_hand:
            return ""
    job.claims.add(key)
    return f"on demand has {key} in hand"


# --- the target, behind our back


def seats(world: World) -> str:
    active = sum(bool(each.active) for each in world.service.users.values())
    world.service.seats = world.random.choice((None, active, active + 2))
    return f"seats: {world.service.seats}"


def tamper(world: World) -> str:
    """Somebody changes, suspends or deletes an account of ours in the target."""
    how = world.random.choice(("edit", "suspend", "activate", "delete"))
    users = [each for each in world.service.users.values() if "externalId" in each.attributes]
    ours = [each for each in users if how != "activate" or not each.active]
    if not ours:
        return ""
    account = world.random.choice(ours)
    world.is_tampered = True
    if how == "delete":
        world.service.remove(USER, account.id)
    else:
        world.service.put(USER, _tampered(account, how), ("userName", "mail", "externalId"))
    return f"account {account.id} tampered with: {how}"


def _tampered(account: TargetObject, how: str) -> TargetObject:
    if how in ("suspend", "activate"):
        return replace(account, active=how == "activate")
    return replace(account, attributes={**account.attributes, "displayName": "Tampered"})


DIRECTORY: tuple[Event, ...] = (
    create_user, recycle_name, rename_user, edit_user, edit_user, switch_user, delete_or_restore, delete_or_restore,
    assign, assign, assign, assign, join, join, join, undo, undo, undo, change_manager, change_role, create_group,
    rename_group,
)  # fmt: skip
ADMINISTRATION: tuple[Event, ...] = (
    save_configuration, stop_or_start, stop_or_start, restart, clear, decide, decide, other_cycle, on_demand, on_demand,
    seats,
)  # fmt: skip
