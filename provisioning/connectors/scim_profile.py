"""How one SCIM application differs from the standard: a profile, and where each of its settings comes from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from provisioning.texts import Message, gettext_noop, say

UNKNOWN = gettext_noop("%(name)s is no setting of a profile.")
NOT_ONE_OF = gettext_noop("%(name)s is %(value)s, and must be one of %(choices)s.")
WRONG_TYPE = gettext_noop("%(name)s is %(value)s, which is no %(type)s.")
TOO_SMALL = gettext_noop("%(name)s is %(value)s, and must be at least %(least)s.")
NO_PATH = gettext_noop("%(name)s is %(value)s, and must be a path that begins with /, such as %(example)s.")
NOT_SENDABLE = gettext_noop("%(name)s holds characters that no header has: only ASCII letters, digits and signs.")


class Source(StrEnum):
    """Where a setting comes from; a later one outweighs an earlier one."""

    DEFAULT = "default"
    DISCOVERED = "discovered"
    GALLERY = "gallery"
    ADDRESS = "address"
    ADMINISTRATOR = "administrator"


RFC, MICROSOFT = "rfc", "microsoft"
PATCH, PUT = "patch", "put"
CHOICES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "update_method.user": (PATCH, PUT),
        "update_method.group": (PATCH, PUT),
        "patch.style": (RFC, MICROSOFT),
        "patch.op_case": ("lower", "capital"),
        "members.remove_style": ("filter", "value"),
        "manager_style": ("object", "array", "plain"),
        "bool_style": ("boolean", "text"),
        "filter.nobody": ("empty", "404"),
        "paging.style": ("index", "cursor"),
        "delete_mode": ("hard", "soft"),
        "id_type": ("text", "number"),
    }
)
LEAST: Final[Mapping[str, int]] = MappingProxyType({"members.chunk": 1, "paging.max": 1})
PATHS: Final = ("spc_path", "users_path", "groups_path")
HEADERS: Final = ("content_type", "accept", "user_agent")
AS_MICROSOFT: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "patch.op_case": "capital",
        "bool_style": "text",
        "manager_style": "array",
        "members.remove_style": "value",
        "bulk.use": False,
    }
)
"""What the style of Microsoft's client means for settings that nobody set apart."""


def _named(name: str, default: Any) -> Any:
    return field(default=default, metadata={"name": name})


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Every setting by the name that files and pages give it; what each does is in docs/scim.md.

    `origins` tells by name where a setting comes from that is not the default.
    """

    update_method_user: str = _named("update_method.user", PATCH)
    update_method_group: str = _named("update_method.group", PATCH)
    patch_style: str = _named("patch.style", RFC)
    patch_op_case: str = _named("patch.op_case", "lower")
    patch_path_required: bool = _named("patch.path_required", True)
    patch_max_ops: int = _named("patch.max_ops", 0)
    patch_single_attr: tuple[str, ...] = _named("patch.single_attr", ())
    patch_value_paths: bool = _named("patch.value_paths", True)
    patch_verify: bool = _named("patch.verify", True)
    members_chunk: int = _named("members.chunk", 100)
    members_type: str = _named("members.type", "")
    members_display: bool = _named("members.display", False)
    members_ref: bool = _named("members.ref", False)
    members_remove_style: str = _named("members.remove_style", "filter")
    members_wrap: bool = _named("members.wrap", False)
    members_readable: bool = _named("members.readable", True)
    members_exclude: bool = _named("members.exclude", True)
    manager_style: str = _named("manager_style", "object")
    bool_style: str = _named("bool_style", "boolean")
    filter_supported: bool = _named("filter.supported", True)
    filter_attrs: tuple[str, ...] = _named("filter.attrs", ())
    filter_nobody: str = _named("filter.nobody", "empty")
    list_supported: bool = _named("list.supported", True)
    paging_style: str = _named("paging.style", "index")
    paging_max: int = _named("paging.max", 100)
    bulk_use: bool = _named("bulk.use", True)
    bulk_ops: int = _named("bulk.ops", 0)
    bulk_bytes: int = _named("bulk.bytes", 0)
    etag: bool = _named("etag", True)
    spc_path: str = _named("spc_path", "/ServiceProviderConfig")
    users_path: str = _named("users_path", "/Users")
    groups_path: str = _named("groups_path", "/Groups")
    discovery: bool = _named("discovery", True)
    delete_mode: str = _named("delete_mode", "hard")
    multi_valued_max: Mapping[str, int] = field(default_factory=dict, metadata={"name": "multi_valued_max"})
    never_send: tuple[str, ...] = _named("never_send", ())
    content_type: str = _named("content_type", "application/scim+json")
    accept: str = _named("accept", "application/scim+json, application/json")
    user_agent: str = _named("user_agent", "")
    rate: float = _named("rate", 0.0)
    max_body: int = _named("max_body", 0)
    conflict_lookup: tuple[str, ...] = _named("conflict.lookup", ())
    id_type: str = _named("id_type", "text")
    origins: Mapping[str, Source] = field(default_factory=dict)

    def origin(self, name: str) -> Source:
        return self.origins.get(name, Source.DEFAULT)

    def settings(self) -> dict[str, Any]:
        """Every setting by name."""
        return {name: getattr(self, each) for name, each in FIELDS.items()}


FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {str(each.metadata["name"]): each.name for each in fields(Profile) if "name" in each.metadata}
)
"""Name of a setting to the field that holds it."""
DEFAULTS: Final = Profile()


def made(layers: Mapping[Source, Mapping[str, Any]]) -> Profile:
    """The profile that these settings make, each by name; the source that outweighs the others wins.

    What is wrong is passed over: it came from outside, and `faults` tells it where somebody can mend it.
    """
    values: dict[str, Any] = {}
    origins: dict[str, Source] = {}
    for source in Source:
        for name, value in layers.get(source, {}).items():
            if fault(name, value) is None:
                values[name], origins[name] = _fitting(name, value), source
    if values.get("patch.style") == MICROSOFT:
        implied = {name: value for name, value in AS_MICROSOFT.items() if name not in values}
        values |= implied
        origins |= dict.fromkeys(implied, origins["patch.style"])
    return Profile(**{FIELDS[name]: value for name, value in values.items()}, origins=MappingProxyType(origins))


def flat(tables: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Settings by name from nested tables, as a gallery file has them."""
    found: dict[str, Any] = {}
    for key, value in tables.items():
        name = f"{before}{key}"
        if isinstance(value, Mapping) and name not in FIELDS:
            found |= flat(value, f"{name}.")
        else:
            found[name] = value
    return found


def faults(settings: Mapping[str, Any]) -> list[Message]:
    """Everything that is wrong with these settings."""
    return [found for name, value in settings.items() if (found := fault(name, value)) is not None]


def fault(name: str, value: Any) -> Message | None:
    """What is wrong with this setting; None when it can be taken."""
    if name not in FIELDS:
        return say(UNKNOWN, name=name)
    default = getattr(DEFAULTS, FIELDS[name])
    if not _is_like(value, default):
        return say(WRONG_TYPE, name=name, value=repr(value), type=KINDS[_kind(default)])
    if name in CHOICES and value not in CHOICES[name]:
        return say(NOT_ONE_OF, name=name, value=value, choices=", ".join(CHOICES[name]))
    if isinstance(value, int | float) and value < LEAST.get(name, 0):
        return say(TOO_SMALL, name=name, value=value, least=LEAST.get(name, 0))
    return _fault_of_text(name, value, default)


def _fault_of_text(name: str, value: Any, default: Any) -> Message | None:
    if name in PATHS and not re.fullmatch(r"(/[^/?#%\\\s]+)+", value):
        return say(NO_PATH, name=name, value=repr(value), example=default)
    if name in HEADERS and not re.fullmatch(r"([!-~]([ -~]*[!-~])?)?", value):
        return say(NOT_SENDABLE, name=name)
    return None


KINDS: Final[Mapping[type, str]] = MappingProxyType(
    {
        bool: gettext_noop("yes or no (true or false)"),
        int: gettext_noop("whole number"),
        float: gettext_noop("number"),
        str: gettext_noop("text"),
        tuple: gettext_noop("list of texts"),
        dict: gettext_noop("table of whole numbers"),
    }
)


def _kind(default: Any) -> type:
    return dict if isinstance(default, Mapping) else type(default)


def _is_like(value: Any, default: Any) -> bool:
    kind = _kind(default)
    if kind is dict:
        return isinstance(value, Mapping) and all(type(each) is int and each > 0 for each in value.values())
    if kind is tuple:
        return isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
    if kind is float:
        return type(value) in (int, float)
    return type(value) is kind


def _fitting(name: str, value: Any) -> Any:
    kind = _kind(getattr(DEFAULTS, FIELDS[name]))
    if kind is dict:
        return MappingProxyType(dict(value))
    return tuple(value) if kind is tuple else kind(value)
