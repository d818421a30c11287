"""Synthetic tenants: the same rows for the same seed, kinds of people and groups, and the rules of change numbers."""

import json
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from provisioning.management import synthetic_tenant
from provisioning.management.synthetic_tenant import Plan
from provisioning.models import Directory, Group, Membership, User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def seed(*words: str, users: int = 300, groups: int = 20) -> str:
    """Run the command; gives what it told."""
    out = StringIO()
    call_command("seed_directory", "--users", str(users), "--groups", str(groups), *words, stdout=out)
    return out.getvalue()


def everything() -> list[Any]:
    """All that a seed decides, in order."""
    left_out = {"id", "directory", "created_at", "change", "manager", "extensions"}
    columns = [each.name for each in User._meta.concrete_fields if each.name not in left_out]
    return [
        list(User.objects.order_by("pk").values_list(*columns, "manager__object_id")),
        list(Group.objects.order_by("pk").values_list("object_id", "display_name", "mail", "security_enabled")),
        list(
            Membership.objects.order_by("pk").values_list(
                "group__object_id", "user__object_id", "member_group__object_id"
            )
        ),
        Directory.objects.the_one().tenant_id,
    ]


def clear() -> None:
    for model in (Membership, Group, User):
        model._default_manager.all().delete()


def test_the_same_seed_gives_the_same_rows_and_another_seed_others() -> None:
    seed("--seed", "5")
    first = everything()
    clear()
    seed("--seed", "5")
    again = everything()
    clear()
    seed("--seed", "6")

    assert first == again
    assert not set(first[0]) & set(everything()[0])


def test_object_ids_and_names_are_the_same_on_every_machine() -> None:
    seed("--seed", "5", users=1, groups=1)

    user, group = User.objects.get(), Group.objects.get()
    assert (str(user.object_id), user.user_principal_name) == (
        "5b60ad2e-1a76-5f16-8d10-f1867f818010",
        "tarun.ostanhurst.5-0@contoso.example",
    )
    assert (str(group.object_id), group.display_name) == ("03f5e758-c781-53e2-a0a7-c5e9731d1034", "Quick Lab 1")


def test_counts_are_told_as_json_and_are_those_of_the_rows() -> None:
    told = json.loads(seed("--seed", "5", "--nested", "4", "--json"))

    assert told == {
        "users": User.objects.count(),
        "groups": Group.objects.count(),
        "memberships": Membership.objects.exclude(user=None).count(),
        "nested": Membership.objects.exclude(member_group=None).count(),
        "seed": 5,
    }
    assert (told["users"], told["groups"], told["nested"]) == (300, 20, 4)


def test_counts_are_told_in_words() -> None:
    assert seed("--seed", "5", users=10, groups=2) == "Seed 5: 10 people, 2 groups, 9 memberships, 0 nested.\n"


def test_a_directory_with_somebody_in_it_is_refused_and_left_alone() -> None:
    user = make_user()
    before = Directory.objects.the_one()

    with pytest.raises(CommandError, match="holds people or groups already"):
        seed()

    after = Directory.objects.the_one()
    assert [each.pk for each in User.objects.all()] == [user.pk]
    assert (after.head, after.tenant_id) == (before.head, before.tenant_id)


def test_with_add_people_come_in_addition_and_the_tenant_stays_itself() -> None:
    seed("--seed", "5")
    tenant = Directory.objects.the_one().tenant_id

    seed("--seed", "6", "--add")

    assert (User.objects.count(), Group.objects.count()) == (600, 40)
    assert Directory.objects.the_one().tenant_id == tenant


def test_the_same_seed_is_not_added_twice() -> None:
    seed("--seed", "5")

    with pytest.raises(CommandError, match="Choose another seed"):
        seed("--seed", "5", "--add")

    assert User.objects.count() == 300


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError, match="whole number"):
        call_command("seed_directory", "--users", "-3")


def test_not_all_groups_can_be_nested() -> None:
    with pytest.raises(CommandError, match="one has to be on top"):
        seed("--nested", "20")


def test_every_transaction_takes_its_number_first_and_writes_at_most_a_thousand_rows() -> None:
    with CaptureQueriesContext(connection) as queries:
        seed("--seed", "5", users=1500, groups=3)

    statements = [each["sql"] for each in queries]
    firsts = [after for sql, after in pairwise(statements) if sql.startswith("SAVEPOINT") and "SAVEPOINT" not in after]
    assert len(firsts) == 9  # a look, people (1, 9, 66, 528, 896), groups, memberships (1,000, 650)
    assert all(sql.startswith('UPDATE "provisioning_directory" SET "head"') for sql in firsts)
    rows = [model.objects.values_list("change").annotate(rows=Count("pk")) for model in (User, Group, Membership)]
    assert max(count for numbers in rows for _, count in numbers) == 1000


def test_managers_form_one_tree_without_guests() -> None:
    seed("--seed", "5")
    staff = {user.pk: user for user in User.objects.filter(user_type="Member")}

    def depth(user: User) -> int:
        return 0 if user.manager_id is None else 1 + depth(staff[user.manager_id])

    depths = [depth(user) for user in staff.values()]
    assert (depths.count(0), max(depths)) == (1, 3)
    assert not User.objects.filter(user_type="Guest").exclude(manager=None).exists()


def test_some_people_are_guests_or_disabled_or_lack_a_value() -> None:
    seed("--seed", "5", users=1000, groups=0)
    some = range(1, 200)

    guests = User.objects.filter(user_type="Guest")
    assert guests.count() in some
    assert all("#EXT#" in guest.user_principal_name for guest in guests)
    assert User.objects.filter(account_enabled=False).count() in some
    assert User.objects.filter(mail="").count() in some
    assert User.objects.filter(surname="").count() in some
    assert User.objects.filter(preferred_language="").count() in some
    assert len(set(User.objects.values_list("preferred_language", flat=True))) > 4
    assert len(set(User.objects.values_list("department", flat=True))) == 9


def test_every_address_is_below_the_domain_that_nobody_has() -> None:
    seed("--seed", "5")

    addresses = [each for row in User.objects.values_list("user_principal_name", "mail") for each in row if each]
    addresses += [each for each in Group.objects.values_list("mail", flat=True) if each]
    assert all(each.endswith(("@contoso.example", ".contoso.example")) and each.isascii() for each in addresses)


def test_every_column_holds_only_what_fits() -> None:
    seed("--seed", "5", users=100)

    for row in [*User.objects.all(), *Group.objects.all()]:
        row.full_clean()


def test_a_few_groups_are_huge_and_most_are_small() -> None:
    seed("--seed", "5", users=1000, groups=50)

    sizes = list(Group.objects.order_by("pk").annotate(size=Count("memberships__user")).values_list("size", flat=True))
    assert sizes[:4] == [600, 300, 200, 150]
    assert sum(size < 50 for size in sizes) > 35


def test_some_groups_have_mail_and_some_of_those_are_not_for_security() -> None:
    seed("--seed", "5")

    assert Group.objects.filter(security_enabled=False).count() == 2
    assert not Group.objects.filter(security_enabled=False, mail="").exists()
    assert Group.objects.filter(security_enabled=True).exclude(mail="").exists()


def test_nested_groups_lie_at_several_depths_and_never_in_a_circle() -> None:
    plan = Plan(users=0, groups=20, nested=19, seed=5)

    pairs = list(synthetic_tenant.nestings(plan))
    over = {under: over for over, under in pairs}

    def depth(group: int) -> int:
        return 1 + depth(over[group]) if group in over else 0

    assert {depth(group) for group in range(20)} == {0, 1, 2, 3, 4, 5}
    assert len(over) == len(pairs) == 19


def test_groups_without_people_can_be_made() -> None:
    seed("--seed", "5", "--nested", "1", users=0, groups=2)

    assert Membership.objects.count() == 1


def test_a_manager_is_written_before_those_who_report_to_them() -> None:
    everybody = list(synthetic_tenant.people(Plan(users=200, groups=0, nested=0, seed=5)))

    assert all(each.boss is None or each.boss < number for number, each in enumerate(everybody))
    assert all(one["object_id"] != other["object_id"] for one, other in pairwise(each.values for each in everybody))
