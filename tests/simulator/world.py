"""What a simulation is about: a directory, a job with its rules, and a target with accounts that were there before."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from provisioning.choices import Kind, ObjectType, Operator
from provisioning.connectors.memory import Memory, Service
from provisioning.records import Clause, GuardRules, JobRules, ObjectRules, Rule, ScopingFilter, TargetObject
from tests.engine.clocks import FakeClock
from tests.engine.memory_directory import MemoryDirectory, ObjectKey
from tests.engine.memory_job import MemoryJob
from tests.simulator.model import Settings

USER, GROUP = ObjectType.USER, ObjectType.GROUP
ANCHOR = Rule(target="externalId", source="objectId", matching=2)
SALES = ScopingFilter(title="Sales", clauses=(Clause(attribute="department", operator=Operator.EQUALS, value="Sales"),))


class Target(Memory):
    """Small pages and requests, so that few objects need several."""

    page_size = 7
    members_per_request = 2


class TargetWithoutSearch(Target):
    """It is always listed."""

    can_filter = False


class TargetWithoutDisabling(Target):
    """Who leaves is deleted."""

    can_disable = False


class TargetWithBulk(Target):
    """It takes a few writes in one request."""

    bulk_size = 3


KINDS = (Target,) * 6 + (TargetWithBulk,) * 4 + (TargetWithoutSearch, TargetWithoutDisabling)


def rules_for(settings: Settings, guard: GuardRules | None) -> JobRules:
    mail = (Rule(target="mail", source="mail"),) if settings.with_mail else ()
    users = (
        Rule(target="userName", source="userPrincipalName", matching=1),
        ANCHOR,
        Rule(target="displayName", source="displayName"),
        Rule(target="familyName", source="surname"),
        Rule(target="roles", source="appRoleAssignments"),
        Rule(target="manager", source="manager"),
        *mail,
    )
    groups = (
        Rule(target="displayName", source="displayName", matching=1),
        ANCHOR,
        Rule(target="members", source="members"),
    )
    filters = (SALES,) if settings.only_sales else ()
    return JobRules(
        version=1,
        directory_label="Directory",
        target_label="Target",
        objects={
            USER: ObjectRules(type=USER, rules=users, filters=filters),
            GROUP: ObjectRules(type=GROUP, rules=groups),
        },
        everyone=settings.everyone,
        role_required=settings.role_required,
        guard=guard,
    )


@dataclass
class World:
    """`foreign` are the accounts that were there before; `is_tampered`: somebody changed ours in the target.

    `ever` were wanted when somebody looked at them, by these `names`; `settings` by the version of the job.
    """

    random: Random
    clock: FakeClock
    directory: MemoryDirectory
    job: MemoryJob
    service: Service
    target: type[Target]
    settings: dict[int, Settings]
    foreign: dict[str, TargetObject] = field(default_factory=dict)
    ever: set[ObjectKey] = field(default_factory=set)
    names: set[tuple[str, ObjectKey]] = field(default_factory=set)
    is_tampered: bool = False
    numbers: int = 0
    undo: list[Callable[[], None]] = field(default_factory=list)
    old_names: list[str] = field(default_factory=list)
    removed: dict[tuple[int, Kind], set[object]] = field(default_factory=dict)
    existing: dict[tuple[int, Kind], int] = field(default_factory=dict)

    @property
    def current(self) -> Settings:
        return self.settings[self.job.version]

    def number(self) -> int:
        self.numbers += 1
        return self.numbers

    def users(self) -> list[int]:
        return [key for type_, key in self.directory.objects if type_ is USER]

    def groups(self) -> list[int]:
        return [key for type_, key in self.directory.objects if type_ is GROUP]

    def connector(self) -> Target:
        return self.target(service=self.service)


def make_world(random: Random, clock: FakeClock) -> World:
    """The people, their groups and assignments on the first day; some have an account already."""
    settings = Settings(role_required=random.random() < 0.7)
    guard = random.choice((None, GuardRules(number=3, percent=100), GuardRules(number=500, percent=20, least=5)))
    directory = MemoryDirectory()
    directory.change_role("role-2", value="Guest")
    job = MemoryJob(directory=directory, rules=rules_for(settings, guard))
    target = random.choice(KINDS)
    world = World(random, clock, directory, job, Service(), target, {1: settings})
    for _ in range(random.randint(2, 4)):
        directory.add_group(world.number())
    for _ in range(random.randint(4, 22)):
        add_user(world)
    for group in world.groups():
        for key in random.sample(world.users(), len(world.users()) // 3):
            directory.join(group, (USER, key))
    for key in world.users():
        if random.random() < 0.5:
            directory.assign((USER, key), random.choice(("role-1", "role-2", "")))
    directory.assign((GROUP, world.groups()[0]), "role-1")
    _settle_foreigners(world)
    return world


def add_user(world: World, name: str = "") -> int:
    key, random = world.number(), world.random
    user = world.directory.add_user(
        key,
        userPrincipalName=name or f"user{key}@contoso.example",
        mail=f"mail{key}@contoso.example",
        department=random.choice(("Sales", "Research")),
    )
    if random.random() < 0.4 and len(world.users()) > 1:
        world.directory.change(user, manager=random.choice(world.users()[:-1]))
    return key


def _settle_foreigners(world: World) -> None:
    """Accounts that nobody of us made: of strangers, and of some of our people."""
    connector = world.connector()
    for number in range(world.random.randint(0, 12)):
        connector.create(USER, {"userName": f"stranger{number}@contoso.example", "displayName": f"Stranger {number}"})
    for key in world.random.sample(world.users(), len(world.users()) // 4):
        name = world.directory.objects[USER, key].attributes["userPrincipalName"]
        id_ = connector.create(USER, {"userName": name, "displayName": "Somebody"})
        if world.random.random() < 0.3:
            connector.disable(USER, id_)
    world.foreign = dict(world.service.users)
