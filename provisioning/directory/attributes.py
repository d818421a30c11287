"""The source attributes of a user: the names Azure AD's provisioning uses, which mappings refer to."""

from types import MappingProxyType

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
"""Attribute name to type (String, Boolean)."""
