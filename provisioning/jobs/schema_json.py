"""The configuration of a job's mappings as Microsoft's synchronizationSchema."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

from provisioning.choices import ObjectType, Side
from provisioning.connectors import connector_class
from provisioning.connectors.base import Connector
from provisioning.jobs import schema_attributes, schema_filters, schema_rows
from provisioning.jobs.attribute_lists import ListedAttribute, own_attributes
from provisioning.jobs.configuration import Configuration, CustomValue, ObjectConfiguration
from provisioning.jobs.schemas import own_target_schema
from provisioning.models import ProvisioningJob
from provisioning.records import ObjectRules

RULE = "USER_OUTBOUND_USER"
"""What Microsoft calls the one rule of an application that accounts are provisioned to."""
ACTIONS = (("Add", "create"), ("Update", "update"), ("Delete", "delete"))
"""objectFlowTypes, and the switches they stand for."""


def schema_of(job: ProvisioningJob, configured: Configuration) -> dict[str, Any]:
    """The whole schema, in the order in which its parts are read best. The job has its application and directory."""
    source, target = job.application.directory.label, job.application.template.name
    rule = {
        "id": rule_id(job),
        "name": RULE,
        "priority": 1,
        "editable": True,
        "sourceDirectoryName": source,
        "targetDirectoryName": target,
        "containerFilter": None,
        "groupFilter": None,
        "metadata": [],
        "objectMappings": [_mapping(job, each) for each in configured.values()],
    }
    return {
        "id": str(job.job_id),
        "version": str(job.config_version),
        "synchronizationRules": [rule],
        "directories": [_directory(job, configured, Side.SOURCE), _directory(job, configured, Side.TARGET)],
    }


def text_of(schema: dict[str, Any]) -> str:
    """As people read and download it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _mapping(job: ProvisioningJob, each: ObjectConfiguration) -> dict[str, Any]:
    type_, application = each.rules.type, job.application
    return {
        "name": f"Synchronize {application.directory.label} {type_}s to {application.template.name}",
        "enabled": each.enabled,
        "flowTypes": flow_types(each.rules),
        "sourceObjectName": type_.value,
        "targetObjectName": own_target_schema(_connector(job), type_).name,
        "scope": schema_filters.as_json(each.rules.filters),
        "metadata": [],
        "attributeMappings": [schema_rows.as_json(rule) for rule in each.rules.rules],
    }


def flow_types(rules: ObjectRules) -> str:
    """The actions that are on, as Microsoft joins them."""
    return ", ".join(word for word, name in ACTIONS if getattr(rules, name)) or "None"


def _directory(job: ProvisioningJob, configured: Configuration, side: Side) -> dict[str, Any]:
    of_source = side is Side.SOURCE
    return {
        "id": _id(job, side),
        "name": job.application.directory.label if of_source else job.application.template.name,
        "version": str(job.config_version),
        "readOnly": of_source,
        "discoverabilities": "None",
        "discoveryDateTime": None,
        "objects": [_object(_connector(job), each, side) for each in configured.values()],
    }


def _object(connector: type[Connector], each: ObjectConfiguration, side: Side) -> dict[str, Any]:
    type_ = each.rules.type
    added = (custom for custom in each.custom if custom.side is side)
    attributes: list[ListedAttribute | CustomValue] = [*_own(connector, type_, side), *added]
    return {
        "name": type_.value if side is Side.SOURCE else own_target_schema(connector, type_).name,
        "metadata": _object_metadata(connector, type_, side),
        "supportedApis": [],
        "attributes": [schema_attributes.as_json(attribute) for attribute in attributes],
    }


def _own(connector: type[Connector], type_: ObjectType, side: Side) -> Iterator[ListedAttribute]:
    """With the anchor that each object must have; what a target calls its own ids is for the connector to know."""
    if side is Side.TARGET:
        yield ListedAttribute(name="id", type="String", primary=True, exact_case=True)
    yield from own_attributes(connector, type_, side)


def _object_metadata(connector: type[Connector], type_: ObjectType, side: Side) -> list[dict[str, str]]:
    if type_ is not ObjectType.USER:
        return []
    enabled = "accountEnabled" if side is Side.SOURCE else connector.active_attribute
    found = [{"key": "PropertyNameAccountEnabled", "value": enabled}] if enabled else []
    return found + ([{"key": "PropertyNameSoftDeleted", "value": "IsSoftDeleted"}] if side is Side.SOURCE else [])


def _connector(job: ProvisioningJob) -> type[Connector]:
    return connector_class(job.application.template.connector)


def rule_id(job: ProvisioningJob) -> str:
    """Of the one rule that there is."""
    return _id(job, "rule")


def _id(job: ProvisioningJob, what: str) -> str:
    """The same at each time, as Microsoft's are."""
    return str(uuid.uuid5(job.job_id, what))
