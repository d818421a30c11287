"""The columns that a CSV file of users, groups or members can have, and how a header is understood."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from provisioning.directory.attributes import EXTENSION_ATTRIBUTES
from provisioning.texts import gettext_noop


class What(StrEnum):
    """What a file holds a line of."""

    USERS = "users"
    GROUPS = "groups"
    MEMBERS = "members"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`name`: the attribute, as Azure AD spells it. `label` stands in files and on pages; it is English in files.

    limit: the most letters (0: the cell is no text of its own). `is_boolean`: Yes or No. `always`: an empty cell never
    empties it. `also`: other headers it goes by.
    """

    name: str
    label: str
    limit: int = 0
    is_boolean: bool = False
    always: bool = False
    also: tuple[str, ...] = ()

    @property
    def header(self) -> str:
        return self.name if self.label == self.name else f"{self.label} [{self.name}]"


BLOCK = "blockSignIn"
"""Azure AD's templates ask the other way round than the attribute accountEnabled."""
MANAGER = "manager"

_ID = Column(name="objectId", label=gettext_noop("Object ID"), also=("id",))
_NAME = Column(
    name="displayName", label=gettext_noop("Name"), limit=256, always=True, also=("display name", "full name")
)

USERS = (
    _ID,
    Column(
        name="userPrincipalName",
        label=gettext_noop("User name"),
        limit=256,
        always=True,
        also=("user principal name", "upn", "username"),
    ),
    _NAME,
    Column(name="givenName", label=gettext_noop("First name"), limit=64, also=("given name",)),
    Column(name="surname", label=gettext_noop("Last name"), limit=64, also=("family name",)),
    Column(name="mail", label=gettext_noop("E-mail"), limit=256, also=("email", "e-mail address", "email address")),
    Column(name="mailNickname", label=gettext_noop("Mail nickname"), limit=64, also=("alias",)),
    Column(
        name="accountEnabled",
        label=gettext_noop("Account enabled (Yes/No)"),
        is_boolean=True,
        also=("account enabled", "enabled"),
    ),
    Column(name="userType", label=gettext_noop("User type"), limit=32, always=True),
    Column(name="preferredLanguage", label=gettext_noop("Preferred language"), limit=35, also=("language",)),
    Column(name="jobTitle", label=gettext_noop("Job title"), limit=128, also=("title",)),
    Column(name="department", label=gettext_noop("Department"), limit=64),
    Column(name="companyName", label=gettext_noop("Company name"), limit=64, also=("company",)),
    Column(name="employeeId", label=gettext_noop("Employee ID"), limit=16, also=("employee number",)),
    Column(name=MANAGER, label=gettext_noop("Manager (user name or object ID)"), also=("manager",)),
    Column(name="physicalDeliveryOfficeName", label=gettext_noop("Office"), limit=128, also=("office location",)),
    Column(name="telephoneNumber", label=gettext_noop("Office phone"), limit=64, also=("business phone", "phone")),
    Column(name="mobile", label=gettext_noop("Mobile phone"), limit=64, also=("mobile phone", "cell phone")),
    Column(name="streetAddress", label=gettext_noop("Street address"), limit=1024, also=("street",)),
    Column(name="postalCode", label=gettext_noop("ZIP or postal code"), limit=40, also=("postal code", "zip code")),
    Column(name="city", label=gettext_noop("City"), limit=128),
    Column(name="state", label=gettext_noop("State or province"), limit=128, also=("province",)),
    Column(name="country", label=gettext_noop("Country or region"), limit=128, also=("country", "country/region")),
    *(Column(name=name, label=name, limit=1024) for name in EXTENSION_ATTRIBUTES),
)
BLOCKED = Column(name=BLOCK, label=gettext_noop("Block sign in (Yes/No)"), is_boolean=True, also=("block sign in",))
"""Read, and never written: beside accountEnabled it would say the same twice."""

GROUPS = (
    _ID,
    _NAME,
    Column(name="description", label=gettext_noop("Description"), limit=1024),
    Column(name="mail", label=gettext_noop("E-mail"), limit=256, also=("email", "e-mail address", "email address")),
    Column(name="mailNickname", label=gettext_noop("Mail nickname"), limit=64, also=("alias",)),
    Column(
        name="securityEnabled",
        label=gettext_noop("Security enabled (Yes/No)"),
        is_boolean=True,
        also=("security enabled",),
    ),
)
MEMBERS = (
    Column(name="groupId", label=gettext_noop("Group object ID"), also=("group id",)),
    Column(name="group", label=gettext_noop("Group"), limit=256, also=("group name", "group display name")),
    Column(name="memberId", label=gettext_noop("Member object ID"), also=("member id",)),
    Column(
        name="member",
        label=gettext_noop("Member"),
        limit=256,
        also=(
            "member object id or user principal name",
            "memberobjectidorupn",
            "user name",
            "user principal name",
            "upn",
        ),
    ),
    Column(name="memberType", label=gettext_noop("Member type (User/Group)"), also=("member type",)),
)
WRITTEN: Mapping[What, Sequence[Column]] = MappingProxyType(
    {What.USERS: USERS, What.GROUPS: GROUPS, What.MEMBERS: MEMBERS}
)
"""The columns of an export, in order."""
READ: Mapping[What, Sequence[Column]] = MappingProxyType({**WRITTEN, What.USERS: (*USERS, BLOCKED)})

BRACKETS = re.compile(r"\[\s*([^\]]+?)\s*\]")
NO_LETTERS = re.compile(r"[\W_]+")


def column(what: What, name: str) -> Column:
    return next(each for each in READ[what] if each.name == name)


def guess(what: What, header: Sequence[str]) -> dict[int, str]:
    """Place in the header to the name of a column; each is used once, and what is not understood is left out."""
    found: dict[int, str] = {}
    for place, text in enumerate(header):
        name = _understood(what, text)
        if name and name not in found.values():
            found[place] = name
    return found


def _understood(what: What, text: str) -> str:
    known = {_plain(word): each.name for each in READ[what] for word in (each.name, each.label, *each.also)}
    if _plain(text).startswith(_plain("Block sign in")):
        return known.get(_plain(BLOCK), "")
    inside = BRACKETS.search(text)
    return (inside and known.get(_plain(inside[1]))) or known.get(_plain(BRACKETS.sub("", text)), "")


def _plain(text: str) -> str:
    """Without what differs between two spellings: capitals, blanks, hyphens and Azure AD's "Required"."""
    return NO_LETTERS.sub("", text.removesuffix("Required")).lower()
