"""Where the SCIM standard speaks of what a finding is about, and what to do where an application does otherwise."""

from types import MappingProxyType
from typing import Final

from provisioning.texts import gettext_noop

PARAGRAPHS: Final = MappingProxyType(
    {
        "sign in": "RFC 7644, 2",
        "filter": "RFC 7644, 3.4.2.2",
        "users": "RFC 7644, 3.4.2",
        "ids": "RFC 7643, 3.1",
        "read": "RFC 7644, 3.4.1",
        "groups": "RFC 7643, 4.2",
        "members.exclude": "RFC 7644, 3.9",
        "members": "RFC 7643, 4.2",
        "configuration": "RFC 7643, 5",
        "patch": "RFC 7644, 3.5.2",
        "etag": "RFC 7644, 3.14",
        "bulk": "RFC 7644, 3.7",
        "paging": "RFC 9865, 2",
        "resource types": "RFC 7643, 6",
        "schemas": "RFC 7643, 7",
        "create user": "RFC 7644, 3.3",
        "create answer": "RFC 7644, 3.3",
        "create twice": "RFC 7644, 3.3",
        "find user": "RFC 7644, 3.4.2.2",
        "read user": "RFC 7644, 3.4.1",
        "content type": "RFC 7644, 3.1",
        "id type": "RFC 7643, 3.1",
        "active type": "RFC 7643, 2.3.2",
        "attribute names": "RFC 7643, 2.1",
        "schemas listed": "RFC 7643, 3",
        "meta": "RFC 7643, 3.1",
        "change user": "RFC 7644, 3.5",
        "disable user": "RFC 7643, 4.1.1",
        "create group": "RFC 7644, 3.3",
        "add member": "RFC 7644, 3.5.2.1",
        "tell members": "RFC 7643, 4.2",
        "remove member": "RFC 7644, 3.5.2.2",
        "delete group": "RFC 7644, 3.6",
        "delete user": "RFC 7644, 3.6",
        "clean up": "RFC 7644, 3.6",
    }
)
ADVICE: Final = MappingProxyType(
    {
        "sign in": gettext_noop(
            "Check the Tenant URL and the credentials. An endpoint that refuses a client answers 401, with JSON."
        ),
        "filter": gettext_noop(
            "Heed the parameter filter, at least userName eq: without it every search reads the whole list. An "
            "endpoint without filters answers 400 with scimType invalidFilter, and never all users."
        ),
        "users": gettext_noop(
            "Answer GET /Users with 200 and a ListResponse with totalResults and Resources, also when it is empty."
        ),
        "read": gettext_noop("Answer GET for every id that the list tells."),
        "groups": gettext_noop(
            "Offer /Groups, at least with displayName and members, or leave groups out of the mapping."
        ),
        "members.exclude": gettext_noop(
            "Heed excludedAttributes=members: large groups are otherwise read whole whenever one of them is looked up."
        ),
        "members": gettext_noop("Tell the members of a group, each with its value."),
        "patch": gettext_noop(
            "Offer PATCH: without it every change reads and writes the whole account, and overwrites what others "
            "changed meanwhile."
        ),
        "create user": gettext_noop(
            "Take a POST to /Users with userName, name, displayName, emails and active, answer 201 with the new "
            "resource and its id, and pass over attributes that you do not know."
        ),
        "create answer": gettext_noop("Answer a creation with 201 Created, the Location and the whole new resource."),
        "create twice": gettext_noop(
            "Refuse a second user with the same userName, in any case of its letters, by 409 and an error body whose "
            "scimType is uniqueness. The portal then looks up the one that is there and links it."
        ),
        "find user": gettext_noop(
            "A search by userName eq gives the users with that name and no others. Nobody is an empty list with 200."
        ),
        "read user": gettext_noop("Give back what was sent, under the same names."),
        "content type": gettext_noop("Answer with Content-Type application/scim+json."),
        "id type": gettext_noop("Write ids as JSON text, also when they are numbers inside."),
        "active type": gettext_noop("Write active as the JSON values true and false, not as text."),
        "schemas listed": gettext_noop(
            "Every resource has the attribute schemas, with the URN of its core schema in it."
        ),
        "meta": gettext_noop("Every resource has meta with its resourceType, and the location where it can be read."),
        "change user": gettext_noop(
            "Carry out PATCH with the operation replace and a path such as name.givenName, or PUT of the whole "
            "resource. Look at request and answer: if this passes with the other PATCH style, choose that one."
        ),
        "disable user": gettext_noop(
            "Take active false and tell it back. Microsoft's client sends it as the text False: choose that style to "
            "see whether it is understood."
        ),
        "create group": gettext_noop("Take a POST to /Groups with displayName, also without members, and answer 201."),
        "add member": gettext_noop(
            "Carry out PATCH with the operation add and the path members. Members that are there already stay."
        ),
        "tell members": gettext_noop(
            "Tell the members of a group when it is read by its id: the portal otherwise can't see who is in it, and "
            "can't repair what others changed."
        ),
        "remove member": gettext_noop(
            'Carry out PATCH with the operation remove and the path members[value eq "..."], and take out nobody else. '
            "Microsoft's client names the path members and a list of values instead."
        ),
        "delete group": gettext_noop("Answer DELETE with 204, and 404 to whoever reads the group afterwards."),
        "delete user": gettext_noop(
            "Answer DELETE with 204, and 404 to whoever reads the user afterwards; or switch the account off and say "
            "so in the profile (delete_mode)."
        ),
        "clean up": gettext_noop("Look in the application for the name that is given, and delete what has it by hand."),
    }
)
"""By the finding's name, for findings that can fail."""
