"""What is assumed of GoTo and can't be told by asking: somebody has to look, and this is how.

Each id has its line in `docs/goto.md`, where also stands what `goto_doctor` finds out by itself.
"""

from collections.abc import Mapping
from types import MappingProxyType

from provisioning.texts import gettext_noop

BY_HAND: Mapping[str, str] = MappingProxyType(
    {
        "token-form": gettext_noop("Send JSON to the token address"),
        "replaced-refresh-token": gettext_noop("Refresh once after 18 days, then again with the old token"),
        "pat-scope": gettext_noop("Use a personal access token with a client that lacks one of its scopes"),
        "code-life": gettext_noop("Exchange one code after 5 minutes, another after 15"),
        "pkce": gettext_noop("Ask for a code with a challenge, exchange it with a wrong verifier"),
        "scope-too-wide": gettext_noop("Ask for a code with the scope calls.v2: by a client that lacks it"),
        "redirect-unregistered": gettext_noop("Leave a letter out of the redirect address when asking for a code"),
        "roles-needed": gettext_noop("Give one role at a time to a test administrator and try each call"),
        "roles-by-super-user": gettext_noop("Change adminRoles with the token of a MANAGE_USERS administrator"),
        "inactive": gettext_noop("Compare with the last sign-in in GoTo's user list"),
        "media-type": gettext_noop("Send a form to the users of the account"),
        "locks": gettext_noop("Rename a user whose nameLocked is true"),
        "rate-limit": gettext_noop("Send 30 calls within a second, look at status and headers"),
        "scim-scope": gettext_noop(
            "List users by SCIM with a client that has identity: only, then with one that has identity:scim.org only"
        ),
        "scim-media-type": gettext_noop("Create somebody by SCIM with each media type"),
        "scim-active": gettext_noop('Send "active": false by SCIM, look in the Admin API'),
        "scim-no-cache": gettext_noop(
            "Create somebody by SCIM and look for them at once, with and without Cache-Control: no-cache"
        ),
        "scim-patch-members": gettext_noop("Patch a group of two with one member by SCIM"),
        "scim-unknown-members": gettext_noop("Add a made-up key to a group by SCIM"),
        "group-move": gettext_noop("Put somebody into two groups, read both"),
        "group-delete": gettext_noop("Delete a group of two people, read both"),
        "managed-groups": gettext_noop("Give an administrator one of managedGroupKeys, read them back"),
        "meeting-roles": gettext_noop(
            "Call /G2M/rest/organizers as a SUPER_USER, as a MANAGE_USERS administrator and as a member"
        ),
    }
)
"""How to confirm it, by its id."""
