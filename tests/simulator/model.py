"""What the target should hold, computed from the directory alone. It imports nothing of the engine, on purpose."""

from dataclasses import dataclass
from typing import Any

from provisioning.choices import ObjectType
from tests.engine.memory_directory import DEFAULT_ACCESS, MemoryDirectory, ObjectKey

USER, GROUP = ObjectType.USER, ObjectType.GROUP


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration of a job as far as it decides who has which account."""

    everyone: bool = False
    role_required: bool = True
    only_sales: bool = False
    with_mail: bool = True


def roles_held(directory: MemoryDirectory, key: ObjectKey) -> set[str]:
    """The roles of everything that assigns this object: itself, and groups it is in that still exist."""
    principals = {key}
    if key[0] is USER:
        for (group, member), tie in directory.memberships.items():
            whole = directory.objects[GROUP, group]
            if member == key and tie.present and not whole.soft_deleted and not whole.purged:
                principals.add((GROUP, group))
    return {role for (who, role), tie in directory.assignments.items() if who in principals and tie.present}


def counting(directory: MemoryDirectory, key: ObjectKey) -> list[str]:
    """The values of the roles that flow, in order of their ids."""
    held = sorted(each for each in roles_held(directory, key) if each != DEFAULT_ACCESS)
    return [directory.roles[each].value for each in held if directory.roles[each].enabled]


def in_scope(directory: MemoryDirectory, settings: Settings, key: ObjectKey) -> bool:
    if settings.only_sales and key[0] is USER and directory.objects[key].attributes.get("department") != "Sales":
        return False
    if settings.everyone:
        return True
    if settings.role_required:
        return bool(counting(directory, key))
    return bool(roles_held(directory, key))


def wanted(directory: MemoryDirectory, settings: Settings, key: ObjectKey) -> bool:
    """Whether this object should have an account that can be used."""
    entry = directory.objects[key]
    is_usable = entry.enabled and not entry.soft_deleted and not entry.purged
    return is_usable and in_scope(directory, settings, key)


def values(directory: MemoryDirectory, settings: Settings, key: ObjectKey) -> dict[str, Any]:
    """The attributes of the account, but for references."""
    entry = directory.objects[key]
    if key[0] is GROUP:
        return {"displayName": entry.attributes["displayName"], "externalId": entry.id}
    expected = {
        "userName": entry.attributes["userPrincipalName"],
        "displayName": entry.attributes["displayName"],
        "familyName": entry.attributes["surname"],
        "externalId": entry.id,
    }
    if settings.with_mail:
        expected["mail"] = entry.attributes["mail"]
    if roles := counting(directory, key):
        expected["roles"] = tuple(sorted(roles))
    return expected


def manager(directory: MemoryDirectory, key: ObjectKey) -> ObjectKey | None:
    number = directory.objects[key].manager
    return None if number is None else (USER, number)


def members(directory: MemoryDirectory, group: int) -> set[ObjectKey]:
    return {member for (each, member), tie in directory.memberships.items() if each == group and tie.present}
