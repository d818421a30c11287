"""The source attributes of users and groups: the names Azure AD's provisioning uses, in mappings and filters."""

from types import MappingProxyType

from provisioning.choices import ObjectType

USER_ATTRIBUTES = MappingProxyType(
    {
        "objectId": "String",
        "IsSoftDeleted": "Boolean",
        "accountEnabled": "Boolean",
        "appRoleAssignments": "String",
        "city": "String",
        "companyName": "String",
        "country": "String",
        "department": "String",
        "displayName": "String",
        "employeeId": "String",
        "givenName": "String",
        "jobTitle": "String",
        "mail": "String",
        "mailNickname": "String",
        "mobile": "String",
        "originalUserPrincipalName": "String",
        "physicalDeliveryOfficeName": "String",
        "postalCode": "String",
        "preferredLanguage": "String",
        "state": "String",
        "streetAddress": "String",
        "surname": "String",
        "telephoneNumber": "String",
        "userPrincipalName": "String",
    }
)
GROUP_ATTRIBUTES = MappingProxyType(
    {
        "objectId": "String",
        "appRoleAssignments": "String",
        "description": "String",
        "displayName": "String",
        "mail": "String",
        "mailNickname": "String",
        "securityEnabled": "Boolean",
    }
)
"""Attribute name to type (String, Boolean)."""

ATTRIBUTES = MappingProxyType({ObjectType.USER: USER_ATTRIBUTES, ObjectType.GROUP: GROUP_ATTRIBUTES})

EXTENSION_ATTRIBUTES = tuple(f"extensionAttribute{number}" for number in range(1, 16))
"""What a user may have beside: text, kept with its extension attributes."""
USER_REFERENCES = MappingProxyType({"manager": "User"})
GROUP_REFERENCES = MappingProxyType({"members": "User"})
"""Attributes that hold other objects, and of which type."""
SEVERAL_VALUES = frozenset({"appRoleAssignments", "members"})
ANCHOR = "objectId"
"""The attribute that tells one object from all others, for ever."""
