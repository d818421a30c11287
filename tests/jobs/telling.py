"""What is told of somebody in an application, as sentences."""

from django.utils import timezone

from provisioning.choices import ObjectType
from provisioning.jobs import outlook
from provisioning.jobs.answers import Answer, answer
from provisioning.jobs.outlook import Facts
from provisioning.models import (
    Group,
    ScopingFilterRow,
    User,
)
from provisioning.templatetags.provisioning_texts import said
from tests.factories import make_group
from tests.jobs.world import RowWorld


def facts_of(thing: User | Group) -> list[Facts]:
    thing = type(thing).objects.get(pk=thing.pk)
    now = timezone.now()
    return outlook.of_user(thing, now) if isinstance(thing, User) else outlook.of_group(thing, now)


def told(thing: User | Group) -> Answer:
    [facts] = facts_of(thing)
    return answer(facts)


def sentence(thing: User | Group) -> str:
    found = told(thing)
    then = f" {said(found.then)}" if found.then else ""
    return f"{found.what}. {said(found.why)}{then}"


def has_account(world: RowWorld, user: User) -> bool:
    account = world.account(user)
    return account is not None and account.active is not False


def put_filter(world: RowWorld, *clauses: tuple[str, str, str], title: str = "Only sales") -> None:
    mapping = world.job.mappings.get(object_type=ObjectType.USER)
    rows = [{"attribute": name, "operator": operator, "value": value} for name, operator, value in clauses]
    ScopingFilterRow.objects.create(mapping=mapping, title=title, clauses=rows)


def in_nested(world: RowWorld, user: User) -> None:
    world.group("Outer", [make_group("Inner", [user])])
