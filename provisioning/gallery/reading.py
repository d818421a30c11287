"""From a TOML file to a gallery application: one frozen value, checked so that a slip is told with its place."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from provisioning.choices import FlowType, MappingType, ObjectType
from provisioning.connectors import scim_profile
from provisioning.records import ObjectRules, Rule
from provisioning.wire.settings import Setting

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryRole:
    """An app role that an application of this kind has from the start."""

    value: str
    label: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """What we hold to be true of the real service without having tried it, who says so, and of when that is."""

    text: str
    source: str
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What is said of the real service, who says so, and of when that is ("undated" where the source bears no date).

    `settings`: those of the profile that follow from it.
    """

    text: str
    source: str
    date: str
    settings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What one setting of the connector is called for this application, and where its value is found there."""

    label: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryApplication:
    """One kind of enterprise application, with everything a new one starts with.

    `role_required`: without an app role (only Default Access) nobody is provisioned. `default_role`: what everybody
    without a role gets when the scope is "sync all". `mappings` holds the object
    types there are, with their rows and the actions that are on. `variant_of`: the application that this one is another
    way into; both then name their `interface` and say in `interface_help` when to choose it. `title`: what the gallery
    calls it where that is not its name; one that is added then has no name yet. `profile`: settings of the connector's
    profile by name, in which this application differs from the standard. `limits`: what is said of it, with the source.
    `never_tried`: nobody has held this file against the real service. `credentials`: own words for the connector's
    settings, by their names.
    """

    key: str
    name: str
    publisher: str
    category: str
    description: str
    connector: str
    mappings: Mapping[ObjectType, ObjectRules]
    tags: tuple[str, ...] = ()
    role_required: bool = False
    default_role: str = ""
    variant_of: str = ""
    interface: str = ""
    interface_help: str = ""
    title: str = ""
    profile: Mapping[str, Any] = field(default_factory=dict)
    roles: tuple[GalleryRole, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    limits: tuple[Claim, ...] = ()
    never_tried: bool = False
    credentials: Mapping[str, Wording] = field(default_factory=dict)

    def worded(self, settings: Iterable[Setting]) -> tuple[Setting, ...]:
        """The connector's settings in the words of this application."""
        return tuple(_worded(each, self.credentials.get(each.name, Wording())) for each in settings)

    def claims_for(self, setting: str) -> Sequence[Claim]:
        """Why a setting of the profile is as it is."""
        return [each for each in self.limits if setting in each.settings]

    @property
    def searched(self) -> str:
        """The text that a search looks into."""
        return " ".join([*self.names, self.category, *self.tags]).casefold()

    @property
    def names(self) -> tuple[str, str, str]:
        """What one may know it by, whatever an application that was added from it is called."""
        return self.name, self.title, self.publisher

    @property
    def shown_name(self) -> str:
        """What the gallery calls it."""
        return self.title or self.name


def read(path: Path) -> GalleryApplication:
    """The application of one file; its key is the file's name. Raises ValueError naming file, place and slip."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return _made(
            GalleryApplication,
            {
                **data,
                "key": path.stem,
                "tags": tuple(data.get("tags", ())),
                "roles": _many(GalleryRole, data, "roles"),
                "assumptions": _many(Assumption, data, "assumptions"),
                "mappings": _mappings(data.get("mappings", {})),
                "profile": _profile(data.get("profile", {})),
                "limits": _claims(data),
                "credentials": _credentials(data.get("credentials", {})),
            },
            "application",
        )
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error


def _mappings(data: Mapping[str, Mapping[str, Any]]) -> Mapping[ObjectType, ObjectRules]:
    found = {}
    for name, mapping in data.items():
        type_ = ObjectType(name)
        rules = tuple(_rule(row, f"mappings.{name}.rows[{place}]") for place, row in enumerate(mapping.get("rows", ())))
        actions = {key: value for key, value in mapping.items() if key != "rows"}
        found[type_] = _made(ObjectRules, {**actions, "type": type_, "rules": rules}, f"mappings.{name}")
    return MappingProxyType(found)


KINDS = MappingProxyType(
    {"source": MappingType.DIRECT, "constant": MappingType.CONSTANT, "expression": MappingType.EXPRESSION}
)


def _rule(row: Mapping[str, Any], place: str) -> Rule:
    """A row names a `source` attribute, a `constant` or an `expression`, never two of them."""
    named = [key for key in KINDS if key in row]
    if len(named) != 1:
        raise ValueError(f"{place}: exactly one of {', '.join(KINDS)} is needed")
    values = {key: value for key, value in row.items() if key not in (*KINDS, "flow")}
    flow = FlowType(row.get("flow", FlowType.ALWAYS))
    return _made(Rule, {**values, "source": row[named[0]], "type": KINDS[named[0]], "flow": flow}, place)


def _profile(data: Mapping[str, Any]) -> Mapping[str, Any]:
    settings = scim_profile.flat(data)
    if faults := scim_profile.faults(settings):
        raise ValueError(f"profile: {faults[0]}")
    return MappingProxyType(settings)


def _claims(data: Mapping[str, Any]) -> tuple[Claim, ...]:
    listed = [{**each, "settings": tuple(each.get("settings", ()))} for each in data.get("limits", ())]
    claims = _many(Claim, {"limits": listed}, "limits")
    for place, claim in enumerate(claims):
        if unknown := sorted(set(claim.settings) - set(scim_profile.FIELDS)):
            raise ValueError(f"limits[{place}].settings: unknown {', '.join(unknown)}")
    return claims


def _credentials(data: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Wording]:
    return MappingProxyType({name: _made(Wording, each, f"credentials.{name}") for name, each in data.items()})


def _worded(setting: Setting, own: Wording) -> Setting:
    return replace(setting, label=own.label or setting.label, help=own.help or setting.help)


def _many(kind: type[T], data: Mapping[str, Any], name: str) -> tuple[T, ...]:
    entries: Sequence[Mapping[str, Any]] = data.get(name, ())
    return tuple(_made(kind, entry, f"{name}[{place}]") for place, entry in enumerate(entries))


def _made(kind: type[T], values: Mapping[str, Any], place: str) -> T:
    """A frozen value of this kind. Unknown and missing names and wrong types are told."""
    known = {each.name: each for each in fields(kind)}
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise ValueError(f"{place}: unknown {', '.join(unknown)}")
    for name, value in values.items():
        plain = {"str": str, "bool": bool, "int": int}.get(getattr(known[name].type, "__name__", ""))
        if plain and type(value) is not plain:
            raise ValueError(f"{place}.{name}: {value!r} is no {plain.__name__}")
    try:
        return kind(**values)
    except TypeError as error:
        raise ValueError(f"{place}: {error}") from error
