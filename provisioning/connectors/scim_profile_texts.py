"""What the settings of a profile are called, and what each does: the words of the page, by topic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from provisioning.texts import gettext_noop


@dataclass(frozen=True, slots=True)
class Words:
    """One setting by its name: its label, and what it does."""

    name: str
    label: str
    help: str


@dataclass(frozen=True, slots=True)
class Topic:
    """Settings that stand together. `key` names the topic in addresses of the page."""

    key: str
    label: str
    settings: Sequence[Words]


_CHANGES = Topic(
    "changes",
    gettext_noop("How changes are sent"),
    (
        Words(
            "update_method.user",
            gettext_noop("Change users by"),
            gettext_noop("PATCH sends what changed. PUT reads the user and writes it whole."),
        ),
        Words(
            "update_method.group",
            gettext_noop("Change groups by"),
            gettext_noop("PUT needs groups that tell their members, or nobody is added or taken out."),
        ),
        Words(
            "patch.style",
            gettext_noop("Form of PATCH"),
            gettext_noop(
                "Microsoft's form also means capital operations, Booleans as text, the manager in a list and members "
                "taken out by a list, unless these are set apart below."
            ),
        ),
        Words(
            "patch.op_case", gettext_noop("Names of operations"), gettext_noop("The standard has them in lower case.")
        ),
        Words(
            "patch.path_required",
            gettext_noop("Each operation has a path"),
            gettext_noop("Otherwise simple attributes share one operation without a path."),
        ),
        Words(
            "patch.max_ops",
            gettext_noop("Operations in one request"),
            gettext_noop("The most that one PATCH may hold; 0: any number."),
        ),
        Words(
            "patch.single_attr",
            gettext_noop("Attributes alone in a request"),
            gettext_noop("Each of these is changed by a PATCH of its own. One attribute a line."),
        ),
        Words(
            "patch.value_paths",
            gettext_noop("Paths may hold a filter"),
            gettext_noop('Such as emails[type eq "work"]. Otherwise such attributes are read and replaced whole.'),
        ),
        Words(
            "patch.verify",
            gettext_noop("Look after changes that are answered without a body"),
            gettext_noop("Some applications pass over entries that they do not have. Costs one read for each."),
        ),
        Words(
            "etag",
            gettext_noop("Write only over the version that was read"),
            gettext_noop("Sends If-Match with PUT where the application tells versions."),
        ),
        Words(
            "delete_mode",
            gettext_noop("Delete users by"),
            gettext_noop("For applications that keep their users for good: they are switched off instead."),
        ),
    ),
)
_MEMBERS = Topic(
    "members",
    gettext_noop("Members of groups"),
    (
        Words(
            "members.chunk",
            gettext_noop("Members in one request"),
            gettext_noop("The most that are added or taken out at once."),
        ),
        Words(
            "members.remove_style",
            gettext_noop("Take members out by"),
            gettext_noop(
                "Beware: an application that follows the standard empties the whole group when it gets a list. The "
                "first time it is watched, and mended."
            ),
        ),
        Words(
            "members.type",
            gettext_noop("Type of members"),
            gettext_noop("Sent with each member, such as User. Empty: none is sent."),
        ),
        Words(
            "members.display",
            gettext_noop("Members with their user name"),
            gettext_noop("Sent as display with each member. Costs one read for each that is added."),
        ),
        Words(
            "members.ref", gettext_noop("Members with their address"), gettext_noop("Sent as $ref with each member.")
        ),
        Words("members.wrap", gettext_noop("Members inside an object"), gettext_noop("As Salesforce wants them.")),
        Words(
            "members.readable",
            gettext_noop("Groups tell their members"),
            gettext_noop("Otherwise a group is never written whole."),
        ),
        Words(
            "members.exclude",
            gettext_noop("Read groups without their members"),
            gettext_noop("Sends excludedAttributes=members, which keeps answers small."),
        ),
    ),
)
_VALUES = Topic(
    "values",
    gettext_noop("Values"),
    (
        Words(
            "manager_style",
            gettext_noop("Form of the manager"),
            gettext_noop("The standard has an object that holds the manager's id."),
        ),
        Words(
            "bool_style",
            gettext_noop("Form of Booleans in PATCH"),
            gettext_noop('As text they are "True" and "False".'),
        ),
        Words("id_type", gettext_noop("Form of ids"), gettext_noop("How members and managers are written.")),
        Words(
            "multi_valued_max",
            gettext_noop("Entries of an attribute"),
            gettext_noop(
                "How many are sent at most, the first ones of the mapping. One attribute a line, such as emails = 1."
            ),
        ),
        Words(
            "never_send",
            gettext_noop("Attributes that are never sent"),
            gettext_noop("Whatever the mapping says. One attribute a line."),
        ),
    ),
)
_SEARCHING = Topic(
    "searching",
    gettext_noop("Searching and listing"),
    (
        Words(
            "filter.supported",
            gettext_noop("Searches work"),
            gettext_noop("Otherwise everybody is listed, once in each cycle that has somebody new."),
        ),
        Words(
            "filter.attrs",
            gettext_noop("Attributes that can be searched by"),
            gettext_noop("One attribute a line. Empty: all that match accounts."),
        ),
        Words(
            "filter.nobody",
            gettext_noop("A search that finds nobody is answered by"),
            gettext_noop("With 404, a wrong Tenant URL looks like an application without anybody."),
        ),
        Words(
            "conflict.lookup",
            gettext_noop("After a conflict look by"),
            gettext_noop(
                "When an account can't be created because of another one that does not match, the other one is looked "
                "for by these and linked. One attribute a line."
            ),
        ),
        Words(
            "list.supported",
            gettext_noop("Everybody can be listed"),
            gettext_noop("Otherwise each is searched for, and a reconcile cycle compares nothing."),
        ),
        Words("paging.style", gettext_noop("Pages by"), gettext_noop("A cursor in an answer is always followed.")),
        Words(
            "paging.max",
            gettext_noop("Objects on a page"),
            gettext_noop("How many are asked for at once; smaller pages are understood."),
        ),
    ),
)
_LIMITS = Topic(
    "limits",
    gettext_noop("Limits"),
    (
        Words(
            "rate",
            gettext_noop("Requests per second"),
            gettext_noop("The most that are sent; 0: no limit. A limit on the page Provisioning outweighs it."),
        ),
        Words(
            "max_body",
            gettext_noop("Bytes in one request"),
            gettext_noop("A PATCH that is larger is cut into several, as far as it can be; 0: no limit."),
        ),
        Words(
            "bulk.use",
            gettext_noop("Send Bulk requests"),
            gettext_noop("Many creations and changes in one request, where the application takes them."),
        ),
        Words(
            "bulk.ops",
            gettext_noop("Operations in one Bulk request"),
            gettext_noop("What the application tells; 0: it has none."),
        ),
        Words(
            "bulk.bytes",
            gettext_noop("Bytes in one Bulk request"),
            gettext_noop("What the application tells; 0: it does not say."),
        ),
    ),
)
_ADDRESSES = Topic(
    "addresses",
    gettext_noop("Addresses and headers"),
    (
        Words("users_path", gettext_noop("Path of users"), gettext_noop("Below the Tenant URL.")),
        Words("groups_path", gettext_noop("Path of groups"), gettext_noop("Below the Tenant URL.")),
        Words(
            "spc_path",
            gettext_noop("Path of its configuration"),
            gettext_noop("Where Test Connection reads what the application says that it can do."),
        ),
        Words(
            "discovery",
            gettext_noop("Ask what it can do"),
            gettext_noop("Test Connection then reads its configuration, resource types and schemas."),
        ),
        Words("content_type", gettext_noop("Content-Type"), gettext_noop("Of what is sent.")),
        Words("accept", gettext_noop("Accept"), gettext_noop("What may come back.")),
        Words("user_agent", gettext_noop("User-Agent"), gettext_noop("Empty: the usual one.")),
    ),
)
TOPICS: Final = (_CHANGES, _MEMBERS, _VALUES, _SEARCHING, _LIMITS, _ADDRESSES)
WORDS: Final[Mapping[str, Words]] = MappingProxyType(
    {words.name: words for topic in TOPICS for words in topic.settings}
)
