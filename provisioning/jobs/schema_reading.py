"""From Microsoft's synchronizationSchema to a configuration of mappings, or to a list of everything that is wrong.

Also schemas that were exported from Azure are read. Keys that are not known here are passed over; so are attributes of
the directories that nobody added by hand: what the source and the target have is known already.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from provisioning.choices import ObjectType, Side
from provisioning.connectors import connector_class
from provisioning.connectors.base import Connector
from provisioning.jobs import schema_attributes, schema_filters, schema_rows
from provisioning.jobs.attribute_lists import own_attributes
from provisioning.jobs.configuration import Configuration, CustomValue, ObjectConfiguration
from provisioning.jobs.json_places import Place
from provisioning.jobs.json_text import Problem, Unreadable, document_of, faults
from provisioning.jobs.schema_json import ACTIONS
from provisioning.jobs.schemas import as_target, own_source_attributes, own_target_schema, type_for_filters
from provisioning.models import ProvisioningJob
from provisioning.records import ObjectRules

LONGEST = 256


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: the configuration, or, when there are any problems, none."""

    configuration: Configuration | None
    problems: tuple[Problem, ...] = ()


def read_text(job: ProvisioningJob, current: Configuration, text: str) -> Read:
    """Read a schema for this job from JSON. `current` says which object types the job has, and keeps what is left out.

    Custom attributes are kept for an object type that the directories of the schema do not list.
    """
    try:
        document = document_of(text)
    except Unreadable as error:
        return Read(None, (Problem("", str(error)),))
    found = tuple(faults(document))
    return Read(None, found) if found else read(job, current, document)


def read(job: ProvisioningJob, current: Configuration, document: Any) -> Read:
    """The same from a document, whose texts can be stored."""
    problems: list[Problem] = []
    root = Place(document, problems)
    connector = connector_class(job.application.template.connector)
    wanted: Configuration = {}
    if root.is_object():
        places = _mappings(root, current)
        known = [each for each in current if each in places]
        wanted = {each: _object(_Parts(root, *places[each], current[each], connector)) for each in known}
    # a directory is looked through once for each object type, and its faults are noted each time
    return Read(None, tuple(dict.fromkeys(problems))) if problems else Read(wanted)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What is needed to read one object mapping: the document, its rule, itself, and what there is now."""

    root: Place
    rule: Place
    mapping: Place
    current: ObjectConfiguration
    connector: type[Connector]

    @property
    def type(self) -> ObjectType:
        return self.current.rules.type


def _mappings(root: Place, current: Configuration) -> Mapping[ObjectType, tuple[Place, Place]]:
    """The rule and the mapping of each object type. The job's types must all be there, each once, and no others."""
    rules = root.at("synchronizationRules")
    found: dict[ObjectType, tuple[Place, Place]] = {}
    for rule in rules.objects():
        for name, key in (("containerFilter", "includedContainers"), ("groupFilter", "includedGroups")):
            rule.at(name).at(key).refuse_unless_empty(lambda: _("It can't be used here: assign groups instead."))
        for mapping in rule.at("objectMappings").objects():
            type_ = _type(mapping.at("sourceObjectName"), current)
            if type_ in found:
                text = _("There is a mapping of %(type)s objects above already. Take one out.")
                mapping.fault(text % {"type": type_})
            elif type_:
                found[type_] = rule, mapping
    for type_ in current.keys() - found.keys():
        text = _('There is no mapping of %(type)s objects. Add it; to switch it off write "enabled": false.')
        rules.fault(text % {"type": type_})
    return found


def _type(place: Place, current: Iterable[ObjectType]) -> ObjectType | None:
    name = place.text(LONGEST)
    for type_ in current:
        if type_.casefold() == name.casefold():
            return type_
    text = _("%(name)s objects are not provisioned to this application, only %(types)s. Take this mapping out.")
    place.fault(text % {"name": name or "null", "types": ", ".join(current)})
    return None


def _object(parts: _Parts) -> ObjectConfiguration:
    place, type_ = parts.mapping, parts.type
    schema = own_target_schema(parts.connector, type_)
    _check_target(place.at("targetObjectName"), schema.name)
    custom = (*_custom(parts, Side.SOURCE), *_custom(parts, Side.TARGET))
    types = {each.name: type_for_filters(each) for each in own_source_attributes(type_)}
    types |= {each.name: type_for_filters(each) for each in custom if each.side is Side.SOURCE}
    added = (as_target(each) for each in custom if each.side is Side.TARGET)
    rules = ObjectRules(
        type=type_,
        rules=schema_rows.read(place.at("attributeMappings"), types, schema.extended(added)),
        filters=schema_filters.read(place.at("scope"), types),
        **_actions(place.at("flowTypes")),
    )
    return ObjectConfiguration(rules=rules, enabled=place.at("enabled").flag(True), custom=custom)


def _custom(parts: _Parts, side: Side) -> tuple[CustomValue, ...]:
    """The custom attributes of the object in the rule's directory; those there are now when it is not listed."""
    name = parts.rule.at("sourceDirectoryName" if side is Side.SOURCE else "targetDirectoryName").text(LONGEST)
    wanted = parts.mapping.at("sourceObjectName" if side is Side.SOURCE else "targetObjectName").text(LONGEST)
    for directory in parts.root.at("directories").objects():
        for each in directory.at("objects").objects() if directory.at("name").value == name else ():
            if each.at("name").value == wanted:
                own = [attribute.name for attribute in own_attributes(parts.connector, parts.type, side)]
                return _allowed(parts.connector, side, schema_attributes.read(each.at("attributes"), side, own), each)
    return tuple(each for each in parts.current.custom if each.side is side)


def _allowed(
    connector: type[Connector], side: Side, found: tuple[CustomValue, ...], place: Place
) -> tuple[CustomValue, ...]:
    if side is Side.SOURCE or connector.allows_custom_attributes:
        return found
    for each in found:
        text = _("The application has a fixed list of attributes, without %(name)s. Take it out, with its mark.")
        place.at("attributes").fault(text % {"name": each.name})
    return ()


def _check_target(place: Place, name: str) -> None:
    if place.text(LONGEST, name).casefold() != name.casefold():
        text = _("The application calls these objects %(name)s. Write that.")
        place.fault(text % {"name": name})


def _actions(place: Place) -> dict[str, bool]:
    """The switches of the actions; all are on where nothing is said."""
    words = [word.strip() for word in place.text(LONGEST, "Add, Update, Delete").split(",")]
    known = {word.casefold(): name for word, name in ACTIONS}
    for word in words:
        if word.casefold() not in {*known, "none"}:
            place.fault(_("%(word)s is no action. Write Add, Update, Delete, or None.") % {"word": word or '""'})
    return {name: word in {each.casefold() for each in words} for word, name in known.items()}
