"""App roles. The roles that a person holds in the application, from [appRoleAssignments]."""

from typing import Any

from provisioning.expressions.errors import Refused
from provisioning.expressions.kinds import Several
from provisioning.expressions.signatures import Usage, function
from provisioning.expressions.values import RoleValue, described
from provisioning.texts import gettext_noop, say

TYPE = "WindowsAzureActiveDirectoryRole"

_ROLE = gettext_noop("%(function)s needs roles, from [appRoleAssignments]; got %(value)s.")
_FIRST = gettext_noop("This gives one role only; of several the first by role ID.")


def _roles(values: tuple[Any, ...]) -> list[RoleValue]:
    """A text is a role of that name."""
    found = []
    for each in values:
        if not isinstance(each, str | RoleValue):
            raise Refused(say(_ROLE, value=described(each)))
        found.append(RoleValue(value=each, display_name=each) if isinstance(each, str) else each)
    return found


def _complex(values: tuple[Any, ...], name: str) -> tuple[dict[str, Any], ...]:
    return tuple(
        {"primary": False, "type": TYPE, name: each.display_name or each.value, "value": str(each)}
        for each in _roles(values)
    )


def _check_single(usage: Usage) -> None:
    usage.warn(usage.call, _FIRST)


@function(check=_check_single)
def SingleAppRoleAssignment(source: Several) -> str | None:
    """The name of the one role that the person holds; of several the first by role ID.

    Example: `SingleAppRoleAssignment([appRoleAssignments])` gives `Admin`
    """
    roles = sorted(_roles(source), key=lambda each: each.id)
    return str(roles[0]) if roles else None


@function(legacy=True)
def AppRoleAssignments(source: Several) -> tuple[str, ...]:
    """The names of all roles that the person holds, as a list.

    Example: `Count(AppRoleAssignments([appRoleAssignments]))` gives `1`
    """
    return tuple(map(str, _roles(source)))


@function()
def AppRoleAssignmentsComplex(source: Several) -> tuple[dict[str, Any], ...]:
    """All roles that the person holds, as objects. Roles that the target has besides stay.

    Example: `Count(AppRoleAssignmentsComplex([appRoleAssignments]))` gives `1`
    """
    return _complex(source, "displayName")


@function()
def AssertiveAppRoleAssignmentsComplex(source: Several) -> tuple[dict[str, Any], ...]:
    """All roles that the person holds, as objects. Roles that the target has besides are removed.

    Example: `Count(AssertiveAppRoleAssignmentsComplex([appRoleAssignments]))` gives `1`
    """
    return _complex(source, "display")
