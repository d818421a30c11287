"""What the values of a profile's settings are called where there are only a few."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from provisioning.texts import gettext_noop

LABELS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "update_method.user": {"patch": gettext_noop("PATCH"), "put": gettext_noop("PUT")},
        "update_method.group": {"patch": gettext_noop("PATCH"), "put": gettext_noop("PUT")},
        "patch.style": {
            "rfc": gettext_noop("The standard's (RFC 7644)"),
            "microsoft": gettext_noop("Microsoft's client's"),
        },
        "patch.op_case": {"lower": gettext_noop("Lower case: replace"), "capital": gettext_noop("Capital: Replace")},
        "members.remove_style": {
            "filter": gettext_noop("A path for each: members[value eq …]"),
            "value": gettext_noop("A list of values"),
        },
        "manager_style": {
            "object": gettext_noop("An object"),
            "array": gettext_noop("An object in a list"),
            "plain": gettext_noop("The id alone"),
        },
        "bool_style": {"boolean": gettext_noop("Boolean"), "text": gettext_noop("Text")},
        "filter.nobody": {"empty": gettext_noop("An empty list"), "404": gettext_noop("404")},
        "paging.style": {"index": gettext_noop("Index (startIndex)"), "cursor": gettext_noop("Cursor (RFC 9865)")},
        "delete_mode": {"hard": gettext_noop("DELETE"), "soft": gettext_noop("Switching off")},
        "id_type": {"text": gettext_noop("Text"), "number": gettext_noop("Number")},
    }
)
