"""Object mappings as pages name, find and list them."""

import uuid
from dataclasses import dataclass

from django.db.models import Count
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from provisioning.choices import ObjectType
from provisioning.models import ObjectMapping, ProvisioningJob
from provisioning.views.loading import job_for

SLUGS = {"users": ObjectType.USER, "groups": ObjectType.GROUP}
"""How addresses name object types."""
DRAFT = "expression-draft"
"""Where the session keeps an expression on its way from the builder into a row."""


@dataclass(frozen=True, slots=True)
class MappingRow:
    """A mapping, its name in addresses, how many attributes it maps, and how many scoping filters it has."""

    mapping: ObjectMapping
    slug: str
    attributes: int
    filters: int


def mapping_for(request: HttpRequest, application_id: uuid.UUID, object_type: str) -> ObjectMapping:
    """The mapping that the address names, its job loaded; 404 when the application has none of this type."""
    return get_object_or_404(job_for(request, application_id).mappings, object_type=SLUGS.get(object_type))


def slug_of(mapping: ObjectMapping) -> str:
    return next(slug for slug, type_ in SLUGS.items() if type_ == mapping.object_type)


def address_of(mapping: ObjectMapping, name: str, *more: object) -> str:
    """Of a page about the mapping, by its URL name; `more`: what follows in the address."""
    return reverse(name, args=[mapping.job.application.application_id, slug_of(mapping), *more])


def mapping_rows(job: ProvisioningJob) -> list[MappingRow]:
    """The mappings of the job, in one query."""
    attributes, filters = Count("rows", distinct=True), Count("filters", distinct=True)
    mappings = job.mappings.annotate(row_count=attributes, filter_count=filters).order_by("pk")
    return [MappingRow(each, slug_of(each), each.row_count, each.filter_count) for each in mappings]
