"""The gallery: listed, and applications made from it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from provisioning import gallery
from provisioning.api.calls import Call, Reply
from provisioning.api.errors import Conflict, NotFound, ValueRefused
from provisioning.api.memory_filter import passes
from provisioning.api.options import FILTER, TOP, read_top
from provisioning.api.resources.applications import APPLICATION
from provisioning.api.resources.service_principals import SERVICE_PRINCIPAL, principals
from provisioning.api.routes import many, one, route
from provisioning.api.templates_json import application_template_json, template_id
from provisioning.gallery import GalleryApplication
from provisioning.jobs.setup import MOST_NAME, NameTaken, add_application, free_name

NAMED: Mapping[str, Any] = {"type": "object", "properties": {"displayName": {"type": "string"}}}
NON_GALLERY = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"
"""Microsoft's template for an application that is in no gallery; here it is this one."""
GENERIC = "scim"


@route("GET", "/applicationTemplates", answer=many("ApplicationTemplate"), options=(FILTER, TOP))
def templates(call: Call) -> Reply:
    """List the applications of the gallery"""
    told = [application_template_json(each) for each in gallery.all_applications()]
    if text := call.options.get("$filter"):
        told = [each for each in told if passes(text, each, ("id", "displayName", "publisher"))]
    value = told[: read_top(call.options.get("$top"))]
    return Reply({"@odata.context": call.context("applicationTemplates"), "value": value})


@route("GET", "/applicationTemplates/{id}", answer=one("ApplicationTemplate"))
def template(call: Call) -> Reply:
    """Get an application of the gallery"""
    context = call.context("applicationTemplates/$entity")
    return Reply({"@odata.context": context, **application_template_json(_find(call.path["id"]))})


@route("POST", "/applicationTemplates/{id}/instantiate", answer=one("ApplicationServicePrincipal", 201), body=NAMED)
def instantiate(call: Call) -> Reply:
    """Add an application of the gallery, with its roles, its mappings and a job that is off"""
    found, name = _find(call.path["id"]), call.body.get("displayName")
    if name is None:
        name = free_name(found.name)
    if not isinstance(name, str) or not name.strip() or len(name.strip()) > MOST_NAME:
        raise ValueRefused(_("'displayName' must be a text of 1 to %(most)d characters.") % {"most": MOST_NAME})
    try:
        made = add_application(found, name.strip(), str(call.client))
    except NameTaken:
        raise Conflict(_("Another application has this name. Choose a different one.")) from None
    row = principals().get(pk=made.pk)
    told = {"application": APPLICATION.as_json(row), "servicePrincipal": SERVICE_PRINCIPAL.as_json(row)}
    context = call.context("microsoft.graph.applicationServicePrincipal")
    return Reply({"@odata.context": context, **told}, 201)


def _find(text: str) -> GalleryApplication:
    """By its id, or by the key that is its file's name. Raises NotFound."""
    wanted = text.lower()
    for each in gallery.all_applications():
        if wanted in (str(template_id(each)), each.key) or (wanted == NON_GALLERY and each.key == GENERIC):
            return each
    raise NotFound.of(text)
