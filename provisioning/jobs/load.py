"""Rows to the frozen values that the engine walks: a constant number of queries for any number of objects."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q

from provisioning.choices import Kind, ObjectType
from provisioning.directory.attributes import USER_ATTRIBUTES
from provisioning.jobs.entitlement import Entitlement, of_groups, of_users
from provisioning.jobs.prepared import Given, Prepared, among
from provisioning.models import Group, ObjectStateRow, ProvisioningJob, StagedRemoval, User
from provisioning.models.object_state import REMEMBERED, state_of
from provisioning.records import Candidate, Reference, SourceObject

USER_FIELDS = {
    "city": "city",
    "companyName": "company_name",
    "country": "country",
    "department": "department",
    "displayName": "display_name",
    "employeeId": "employee_id",
    "givenName": "given_name",
    "jobTitle": "job_title",
    "mail": "mail",
    "mailNickname": "mail_nickname",
    "mobile": "mobile",
    "originalUserPrincipalName": "user_principal_name",
    "physicalDeliveryOfficeName": "office",
    "postalCode": "postal_code",
    "preferredLanguage": "preferred_language",
    "state": "state",
    "streetAddress": "street_address",
    "surname": "surname",
    "telephoneNumber": "telephone_number",
}
GROUP_FIELDS = {
    "description": "description",
    "displayName": "display_name",
    "mail": "mail",
    "mailNickname": "mail_nickname",
    "securityEnabled": "security_enabled",
}
"""Source attribute to column, where one is simply the other."""


ALWAYS = ("pk", "object_id", "display_name", "deleted_at", "purged_at")
USER_COLUMNS = tuple({*ALWAYS, *USER_FIELDS.values(), "account_enabled", "extensions", "manager"})
GROUP_COLUMNS = tuple({*ALWAYS, *GROUP_FIELDS.values()})

OF_THESE = (among("source_key", "keys"), Q(job=Given("job"), object_type=Given("type")))
STATES = Prepared(lambda: ObjectStateRow.objects.filter(*OF_THESE).values_list("source_key", *REMEMBERED))
STAGED = Prepared(lambda: StagedRemoval.objects.filter(*OF_THESE, kind=Kind.ACCOUNT).order_by())
USERS = Prepared(lambda: User.objects.filter(among("pk", "keys")).order_by("pk").values_list(*USER_COLUMNS))
GROUPS = Prepared(lambda: Group.objects.filter(among("pk", "keys")).order_by("pk").values_list(*GROUP_COLUMNS))

Row = Mapping[str, Any]
"""A row by its columns: whole objects of the model would cost more than all the rest of loading."""


def candidates(job: ProvisioningJob, type_: ObjectType, keys: Sequence[int]) -> list[Candidate]:
    """The objects with these keys, in order, with what assigns them and what is remembered of them."""
    of_these = {"job": job.pk, "type": type_.value, "keys": keys}
    states = {key: state_of(dict(zip(REMEMBERED, row, strict=True))) for key, *row in STATES.rows(**of_these)}
    staged = {row.source_key: row.as_value() for row in STAGED.objects(**of_these)}
    sources = _users(job, keys) if type_ is ObjectType.USER else _groups(job, keys)
    return [Candidate(each, states.get(each.key), None, staged.get(each.key)) for each in sources]


def _users(job: ProvisioningJob, keys: Sequence[int]) -> Iterable[SourceObject]:
    entitlements = of_users(job, keys)
    rows = [dict(zip(USER_COLUMNS, row, strict=True)) for row in USERS.rows(keys=keys)]
    managers = _managers(job, {row["manager"] for row in rows if row["manager"]})
    for row in rows:
        yield user_source(row, entitlements.get(row["pk"]), managers.get(row["manager"]))


def user_source(row: Row, entitlement: Entitlement | None, manager: Reference | None = None) -> SourceObject:
    """A person, by the columns of their row."""
    # Guests carry a marker in their name that no target wants; the raw name has an attribute of its own.
    name = row["user_principal_name"].replace("#EXT#", "")
    own = {"accountEnabled": row["account_enabled"], "userPrincipalName": name}
    if row["extensions"]:
        own |= _extensions(row["extensions"])
    more = {"active": row["account_enabled"], "references": {"manager": manager} if manager else {}}
    return _as_source(ObjectType.USER, row, entitlement, own, **more)


def _extensions(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Those that have a value and no name of ours. A list is several texts; objects in objects are left out."""
    found = {name: tuple(map(str, each)) if isinstance(each, list) else each for name, each in stored.items()}
    return {
        name: each
        for name, each in found.items()
        if each not in ("", (), None) and not isinstance(each, dict) and name not in USER_ATTRIBUTES
    }


def _groups(job: ProvisioningJob, keys: Sequence[int]) -> Iterable[SourceObject]:
    entitlements = of_groups(job, keys)
    for values in GROUPS.rows(keys=keys):
        row = dict(zip(GROUP_COLUMNS, values, strict=True))
        yield group_source(row, entitlements.get(row["pk"]))


def group_source(row: Row, entitlement: Entitlement | None) -> SourceObject:
    """A group, by the columns of its row. One that is not security enabled is not provisioned."""
    return _as_source(ObjectType.GROUP, row, entitlement if row["security_enabled"] else None, {})


def _as_source(
    type_: ObjectType, row: Row, entitlement: Entitlement | None, own: Mapping[str, Any], **more: Any
) -> SourceObject:
    found, fields = entitlement or Entitlement(), USER_FIELDS if type_ is ObjectType.USER else GROUP_FIELDS
    attributes = {name: value for name, column in fields.items() if (value := row[column]) not in ("", None)}
    attributes |= own
    attributes |= {
        "objectId": str(row["object_id"]),
        "appRoleAssignments": tuple(role.value for role in found.roles.values()),
    }
    return SourceObject(
        key=row["pk"],
        id=str(row["object_id"]),
        type=type_,
        label=row["display_name"],
        attributes=attributes,
        soft_deleted=row["deleted_at"] is not None,
        purged=row["purged_at"] is not None,
        assigned=found.is_assigned,
        roles=tuple(found.roles.values()),
        idle_roles=tuple(found.idle),
        direct=found.direct,
        via=tuple(found.via),
        **more,
    )


def _managers(job: ProvisioningJob, keys: Iterable[int]) -> dict[int, Reference]:
    """By key, with the account each has by now."""
    if not keys:
        return {}
    states = ObjectStateRow.objects.filter(job=job, object_type=ObjectType.USER, source_key__in=keys)
    accounts: dict[int, str] = defaultdict(str, states.values_list("source_key", "target_id"))
    names = User.objects.filter(pk__in=keys, purged_at=None).values_list("pk", "display_name")
    return {key: Reference(type=ObjectType.USER, key=key, label=label, target_id=accounts[key]) for key, label in names}
