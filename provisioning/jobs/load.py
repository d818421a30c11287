"""Rows to the frozen values that the engine walks: a constant number of queries for any number of users."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from provisioning.choices import ObjectType
from provisioning.models import Assignment, EnterpriseApplication, ObjectStateRow, ProvisioningJob, User
from provisioning.records import Candidate, Role, SourceObject

FIELDS = {
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
"""Source attribute to column, where one is simply the other."""


@dataclass(slots=True)
class Entitlement:
    """Everything that assigns one user: the roles that count, and through which groups."""

    roles: dict[str, Role] = field(default_factory=dict)
    direct: bool = False
    via: list[str] = field(default_factory=list)

    @property
    def is_assigned(self) -> bool:
        return self.direct or bool(self.via)


def candidates(job: ProvisioningJob, keys: Sequence[int]) -> list[Candidate]:
    """The users with these keys, in order, with what assigns them and what is remembered of them."""
    states = {
        row.source_key: row.as_value()
        for row in ObjectStateRow.objects.filter(job=job, object_type=ObjectType.USER, source_key__in=keys)
    }
    entitlements = _entitlements(job.application, keys)
    users = User.objects.filter(pk__in=keys).order_by("pk")
    return [Candidate(as_source(user, entitlements.get(user.pk)), states.get(user.pk)) for user in users]


def as_source(user: User, entitlement: Entitlement | None) -> SourceObject:
    found = entitlement or Entitlement()
    deleted = user.deleted_at is not None or user.purged_at is not None
    attributes = {name: value for name, column in FIELDS.items() if (value := getattr(user, column)) not in ("", None)}
    attributes |= {
        "objectId": str(user.object_id),
        "accountEnabled": user.account_enabled,
        # Guests carry a marker in their name that no target wants; the raw name has an attribute of its own.
        "userPrincipalName": user.user_principal_name.replace("#EXT#", ""),
        "appRoleAssignments": tuple(role.value for role in found.roles.values()),
        "IsSoftDeleted": deleted or not user.account_enabled or not found.is_assigned,
    }
    return SourceObject(
        key=user.pk,
        id=str(user.object_id),
        type=ObjectType.USER,
        label=user.display_name,
        attributes=attributes,
        active=user.account_enabled,
        soft_deleted=user.deleted_at is not None,
        purged=user.purged_at is not None,
        assigned=found.is_assigned,
        roles=tuple(found.roles.values()),
        direct=found.direct,
        via=tuple(found.via),
    )


def _entitlements(application: EnterpriseApplication, keys: Iterable[int]) -> dict[int, Entitlement]:
    """By user key. A group counts while it is present and security enabled; a role while it is enabled."""
    assignments = Assignment.objects.present().filter(application=application)
    role = ("role__enabled", "role__role_id", "role__value", "role__label", "role__order")
    direct = assignments.filter(user__in=keys).values_list("user", *role)
    through = assignments.filter(
        group__deleted_at=None,
        group__purged_at=None,
        group__security_enabled=True,
        group__memberships__user__in=keys,
        group__memberships__removed=False,
    ).values_list("group__memberships__user", "group__display_name", *role)
    found: dict[int, Entitlement] = defaultdict(Entitlement)
    rows = [(key, None, *rest) for key, *rest in direct] + list(through)
    in_order = sorted(rows, key=lambda row: (row[0], row[-1] or 0, row[1] or ""))
    for key, group, enabled, role_id, value, label, _ in in_order:
        entitlement = found[key]
        if group is None:
            entitlement.direct = True
        elif group not in entitlement.via:
            entitlement.via.append(group)
        if enabled:
            entitlement.roles.setdefault(str(role_id), Role(id=str(role_id), value=value, label=label))
    return dict(found)
