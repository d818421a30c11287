"""Columns of CSV files: how headers are understood."""

from provisioning.directory.attributes import EXTENSION_ATTRIBUTES, GROUP_ATTRIBUTES, USER_ATTRIBUTES
from provisioning.directory.csvfile_columns import GROUPS, READ, USERS, WRITTEN, What, guess
from provisioning.jobs.load import GROUP_FIELDS, USER_FIELDS
from provisioning.models import Group, User

TEMPLATE = (
    "Name [displayName] Required",
    "User name [userPrincipalName] Required",
    "Initial password [passwordProfile] Required",
    "Block sign in (Yes/No) [accountEnabled] Required",
    "First name [givenName]",
    "Last name [surname]",
    "Usage location [usageLocation]",
    "Office [physicalDeliveryOfficeName]",
)


def test_azure_ads_template_is_understood() -> None:
    assert guess(What.USERS, TEMPLATE) == {
        0: "displayName",
        1: "userPrincipalName",
        3: "blockSignIn",
        4: "givenName",
        5: "surname",
        7: "physicalDeliveryOfficeName",
    }


def test_azure_ads_download_and_member_template_are_understood() -> None:
    header = ("userPrincipalName", "displayName", "id", "accountEnabled", "userType", "mobilePhone", "mobile")
    names = ["userPrincipalName", "displayName", "objectId", "accountEnabled", "userType", "mobile"]

    assert list(guess(What.USERS, header).values()) == names
    member = "Member object ID or user principal name [memberObjectIdOrUpn] Required"
    assert guess(What.MEMBERS, [member]) == {0: "member"}


def test_own_exports_are_understood_in_full() -> None:
    for what, columns in WRITTEN.items():
        headers = [each.header for each in columns]

        assert guess(what, headers) == {place: each.name for place, each in enumerate(columns)}


def test_common_words_are_understood_whatever_their_spelling() -> None:
    header = ("E-Mail Address", "FIRST_NAME", "last name", "UPN", "Phone", "Shoe size", "")

    assert guess(What.USERS, header) == {
        0: "mail",
        1: "givenName",
        2: "surname",
        3: "userPrincipalName",
        4: "telephoneNumber",
    }


def test_a_column_is_used_once() -> None:
    assert guess(What.USERS, ("mail", "E-mail", "Mail")) == {0: "mail"}


def test_no_two_columns_share_a_spelling() -> None:
    for what, columns in READ.items():
        for each in columns:
            for word in (each.name, each.label, each.header, *each.also):
                assert guess(what, [word]) == {0: each.name}, word


def test_every_attribute_has_a_column() -> None:
    not_told = {"IsSoftDeleted", "appRoleAssignments", "originalUserPrincipalName"}
    written = {each.name for each in USERS}

    assert written - {"manager", "userType"} == {*USER_ATTRIBUTES, *EXTENSION_ATTRIBUTES} - not_told
    assert {each.name for each in GROUPS} == {*GROUP_ATTRIBUTES} - not_told


def test_limits_are_those_of_the_rows() -> None:
    for columns, fields, model in ((USERS, USER_FIELDS, User), (GROUPS, GROUP_FIELDS, Group)):
        limits = {each.name: each.limit for each in columns if each.limit}
        stored = {name: model._meta.get_field(column).max_length for name, column in fields.items()}

        assert {name: limits[name] for name in limits.keys() & stored.keys()} == {
            name: length for name, length in stored.items() if name in limits
        }
