"""What users and groups of a SCIM application have until an administrator adds to it, as Microsoft's list has it."""

from collections.abc import Iterable
from types import MappingProxyType

from provisioning.choices import AttributeType, ObjectType
from provisioning.connectors.base import TargetAttribute, TargetSchema

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
CORE_SCHEMAS = MappingProxyType({ObjectType.USER: USER, ObjectType.GROUP: GROUP})

ACTIVE, MEMBERS = "active", "members"
MANAGER = f"{ENTERPRISE}:manager"
WORK_EMAIL = 'emails[type eq "work"].value'


def _texts(*names: str) -> Iterable[TargetAttribute]:
    return (TargetAttribute(name=name, exact_case=True) for name in names)


USERS = TargetSchema(
    name=ENTERPRISE,  # Microsoft's name for it
    attributes=(
        TargetAttribute(name="userName", required=True, can_match=True),
        TargetAttribute(name=ACTIVE, type=AttributeType.BOOLEAN),
        TargetAttribute(name="externalId", exact_case=True, can_match=True),
        *_texts("displayName", "nickName", "title", "userType", "profileUrl"),
        TargetAttribute(name="preferredLanguage"),
        TargetAttribute(name="locale"),
        *_texts("timezone", "name.givenName", "name.familyName", "name.middleName", "name.formatted"),
        *_texts("name.honorificPrefix", "name.honorificSuffix"),
        TargetAttribute(name=WORK_EMAIL, can_match=True),
        TargetAttribute(name='emails[type eq "home"].value'),
        TargetAttribute(name='emails[type eq "other"].value'),
        *_texts(*(f'phoneNumbers[type eq "{each}"].value' for each in ("work", "mobile", "fax", "home", "other"))),
        *_texts(
            *(
                f'addresses[type eq "{type_}"].{part}'
                for type_ in ("work", "home", "other")
                for part in ("formatted", "streetAddress", "locality", "region", "postalCode", "country")
            )
        ),
        TargetAttribute(name="roles", multiple=True, exact_case=True),
        *_texts(*(f'roles[primary eq "True"].{part}' for part in ("value", "display", "type"))),
        *_texts(
            *(f"{ENTERPRISE}:{each}" for each in ("employeeNumber", "department", "division", "organization")),
            f"{ENTERPRISE}:costCenter",
        ),
        TargetAttribute(name=MANAGER, type=AttributeType.REFERENCE, exact_case=True, reference=True),
    ),
)
GROUPS = TargetSchema(
    name=GROUP,
    attributes=(
        TargetAttribute(name="displayName", required=True, can_match=True),
        TargetAttribute(name="externalId", exact_case=True, can_match=True),
        TargetAttribute(name=MEMBERS, type=AttributeType.REFERENCE, multiple=True, exact_case=True, reference=True),
    ),
)
SCHEMAS = MappingProxyType({ObjectType.USER: USERS, ObjectType.GROUP: GROUPS})
