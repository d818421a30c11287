"""Object mappings as pages list them."""

from dataclasses import dataclass

from django.db.models import Count

from provisioning.choices import ObjectType
from provisioning.models import ObjectMapping, ProvisioningJob

SLUGS = {"users": ObjectType.USER, "groups": ObjectType.GROUP}
"""How addresses name object types."""
DRAFT = "expression-draft"
"""Where the session keeps an expression on its way from the builder into a row."""


@dataclass(frozen=True, slots=True)
class MappingRow:
    """A mapping, its name in addresses, and how many attributes it maps."""

    mapping: ObjectMapping
    slug: str
    attributes: int


def mapping_rows(job: ProvisioningJob) -> list[MappingRow]:
    """The mappings of the job, in one query."""
    slugs = {type_: slug for slug, type_ in SLUGS.items()}
    mappings = job.mappings.annotate(attributes=Count("rows")).order_by("pk")
    return [MappingRow(each, slugs[ObjectType(each.object_type)], each.attributes) for each in mappings]
