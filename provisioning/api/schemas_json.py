"""The synchronization schema as the face tells it: of Microsoft's types alone, with our addition as an annotation."""

from typing import Any

from provisioning.jobs.configuration import Configuration
from provisioning.jobs.schema_json import schema_of
from provisioning.jobs.schema_rows import FLOW_EMPTY, FLOW_EMPTY_NOTE
from provisioning.models import ProvisioningJob


def schema_json(job: ProvisioningJob, configured: Configuration) -> dict[str, Any]:
    """The schema of this configuration. Microsoft's rows have no switch for empty values."""
    schema = schema_of(job, configured)
    for rule in schema["synchronizationRules"]:
        for mapping in rule["objectMappings"]:
            mapping["attributeMappings"] = [_annotated(row) for row in mapping["attributeMappings"]]
    return schema


def _annotated(row: dict[str, Any]) -> dict[str, Any]:
    return {FLOW_EMPTY_NOTE if name == FLOW_EMPTY else name: value for name, value in row.items()}
