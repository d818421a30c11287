"""Fills an empty directory with Contoso, the demo tenant; does nothing when people are there already."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from provisioning.management import demo_tenant
from provisioning.models import Directory, Group, Membership, User


class Command(BaseCommand):
    help = "Fills an empty directory with fictitious people and groups. Does nothing when people are there already."

    def handle(self, *args: Any, **options: Any) -> None:
        directory = Directory.objects.the_one()
        with transaction.atomic():  # fewer than 1,000 rows, so that one change number is enough
            number = directory.take()
            if User.objects.exists() or Group.objects.exists():
                transaction.set_rollback(True)
                return
            Directory.objects.filter(pk=directory.pk).update(
                tenant_id=demo_tenant.stable_id("tenant"), tenant_name="Contoso", default_domain=demo_tenant.DOMAIN
            )
            users = _write_people(directory, number)
            groups = _write_groups(directory, number, users)
        counts = {"people": len(users), "groups": groups}
        self.stdout.write(_("Demo: %(people)s people and %(groups)s groups of Contoso.") % counts)


def _write_people(directory: Directory, number: int) -> dict[str, User]:
    """By user principal name. Level by level, since a manager's row must be there first."""
    everybody = demo_tenant.people()
    written: dict[str, User] = {}
    for level in sorted({each.level for each in everybody}):
        rows = [
            User(
                directory=directory,
                change=number,
                manager=written[each.boss.values["user_principal_name"]] if each.boss else None,
                deleted_at=timezone.now() if each.is_deleted else None,
                **each.values,
            )
            for each in everybody
            if each.level == level
        ]
        written |= {row.user_principal_name: row for row in User.objects.bulk_create(rows)}
    return written


def _write_groups(directory: Directory, number: int, users: dict[str, User]) -> int:
    entries = demo_tenant.words()["groups"]
    rows = Group.objects.bulk_create(
        Group(
            directory=directory,
            change=number,
            object_id=demo_tenant.stable_id(f"group.{each['name']}"),
            display_name=each["name"],
            description=each["description"],
            security_enabled=each.get("security_enabled", True),
        )
        for each in entries
    )
    by_name = {row.display_name: row for row in rows}
    everybody = demo_tenant.people()
    memberships = []
    for entry, group in zip(entries, rows, strict=True):
        found = demo_tenant.members(entry, everybody)
        memberships += [
            Membership(group=group, user=users[each.values["user_principal_name"]], change=number) for each in found
        ]
        memberships += [
            Membership(group=group, member_group=by_name[name], change=number) for name in entry.get("groups", [])
        ]
    Membership.objects.bulk_create(memberships)
    return len(rows)
