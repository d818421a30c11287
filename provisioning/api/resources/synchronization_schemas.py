"""Templates and schemas of provisioning: read, replaced as a whole, put back to the template's."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from provisioning.api.calls import NO_CONTENT, Call, Reply
from provisioning.api.errors import GraphError, NotFound
from provisioning.api.finding import JOB, SYNCHRONIZATION, application_of, job_of, principal_of
from provisioning.api.moments import as_text
from provisioning.api.routes import NOTHING, many, one, route
from provisioning.api.saving import saved_meanwhile
from provisioning.api.schemas_json import schema_json
from provisioning.api.templates_json import template_json
from provisioning.jobs import mappings
from provisioning.jobs.configuration import Configuration, ObjectConfiguration, configuration
from provisioning.jobs.json_text import Problem, Unreadable, text_of
from provisioning.jobs.save import SavedMeanwhile
from provisioning.jobs.schema_change import Replacement, replace_configuration
from provisioning.jobs.schema_reading import Read, read_text
from provisioning.models import EnterpriseApplication, ProvisioningJob

OF_APPLICATION = "/applications/{id}/synchronization"
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"synchronizationRules": {"type": "array"}, "directories": {"type": "array"}},
    "required": ["synchronizationRules"],
}


class SchemaRefused(GraphError):
    """A schema with everything that is wrong in it, each with its place."""

    code = "InvalidSchema"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        first = problems[0]
        place = f"{first.path}: " if first.path else ""
        super().__init__(_("The schema was not saved. %(reason)s") % {"reason": f"{place}{first.reason}"})
        self.problems = problems

    def as_json(self, now: datetime, request_id: str, client_request_id: str) -> dict[str, Any]:
        told = super().as_json(now, request_id, client_request_id)
        told["error"]["details"] = [
            {"code": self.named, "target": each.path, "message": each.reason} for each in self.problems
        ]
        return told


@route("GET", f"{SYNCHRONIZATION}/templates", answer=many("SynchronizationTemplate"))
def templates(call: Call) -> Reply:
    """List the provisioning templates of an application: there is one"""
    return _templates(call, principal_of(call), "servicePrincipals")


@route("GET", f"{SYNCHRONIZATION}/templates/{{templateId}}", answer=one("SynchronizationTemplate"))
def template(call: Call) -> Reply:
    """Get the provisioning template of an application"""
    application = _with_template(call, principal_of(call))
    context = call.context(f"servicePrincipals('{call.path['id']}')/synchronization/templates/$entity")
    return Reply({"@odata.context": context, **template_json(application)})


@route("GET", f"{OF_APPLICATION}/templates", answer=many("SynchronizationTemplate"))
def templates_of_application(call: Call) -> Reply:
    """List the provisioning templates of an application by its own id"""
    return _templates(call, application_of(call), "applications")


@route("GET", f"{SYNCHRONIZATION}/templates/{{templateId}}/schema", answer=one("SynchronizationSchema"))
def template_schema(call: Call) -> Reply:
    """Get the schema that a new application of this template begins with"""
    application = _with_template(call, principal_of(call))
    default = {type_: ObjectConfiguration(rules=rules) for type_, rules in application.template.mappings.items()}
    return _schema(call, schema_json(application.job, default))


@route("GET", f"{JOB}/schema", answer=one("SynchronizationSchema"))
def schema(call: Call) -> Reply:
    """Get the schema of a provisioning job: mappings, scoping filters and attribute lists"""
    job = job_of(call)
    return _schema(call, schema_json(job, configuration(job)))


@route("PUT", f"{JOB}/schema", answer=NOTHING, body=SCHEMA)
def replace_schema(call: Call) -> Reply:
    """Replace the whole schema of a provisioning job; the next cycle looks at everybody"""
    return _replaced(call)


@route("PATCH", f"{JOB}/schema", answer=NOTHING, body=SCHEMA)
def patch_schema(call: Call) -> Reply:
    """Replace the whole schema, as PUT does: Microsoft's own SDK sends it so"""
    return _replaced(call)


def _replaced(call: Call) -> Reply:
    job = job_of(call)
    current = configuration(job)
    read = _read(job, current, call.incoming.content)
    if read.configuration is None:
        raise SchemaRefused(read.problems)
    asked = Replacement(job=job, current=current, wanted=read.configuration)
    try:
        replace_configuration(asked, str(call.client), timezone.now())
    except SavedMeanwhile:
        raise saved_meanwhile() from None
    return NO_CONTENT


@route("DELETE", f"{JOB}/schema", answer=NOTHING)
def restore_schema(call: Call) -> Reply:
    """Put the schema of a provisioning job back to the template's"""
    mappings.restore(job_of(call).pk, str(call.client), timezone.now())
    return NO_CONTENT


@route("GET", f"{JOB}/schema/directories", answer=many("DirectoryDefinition"))
def directories(call: Call) -> Reply:
    """List both directories of a job's schema with their attributes"""
    job = job_of(call)
    found = schema_json(job, configuration(job))["directories"]
    return Reply({"@odata.context": call.context("Collection(microsoft.graph.directoryDefinition)"), "value": found})


@route("GET", f"{JOB}/schema/directories/{{directoryId}}", answer=one("DirectoryDefinition"))
def directory(call: Call) -> Reply:
    """Get one directory of a job's schema"""
    return _directory(call)


@route("POST", f"{JOB}/schema/directories/{{directoryId}}/discover", answer=one("DirectoryDefinition"))
def discover(call: Call) -> Reply:
    """Tell the attributes of a directory, which are known without asking it"""
    return _directory(call, discoveryDateTime=as_text(timezone.now()))


def _directory(call: Call, **more: Any) -> Reply:
    job, id_ = job_of(call), call.path["directoryId"]
    for each in schema_json(job, configuration(job))["directories"]:
        if id_.lower() in (each["id"], each["name"].lower()):
            return Reply({"@odata.context": call.context("microsoft.graph.directoryDefinition"), **each, **more})
    raise NotFound.of(id_)


def _read(job: ProvisioningJob, current: Configuration, content: bytes) -> Read:
    """From the text itself: what is doubled in it is seen there only."""
    try:
        return read_text(job, current, text_of(content))
    except Unreadable as error:
        return Read(None, (Problem("", str(error)),))


def _templates(call: Call, application: EnterpriseApplication, root: str) -> Reply:
    context = call.context(f"{root}('{call.path['id']}')/synchronization/templates")
    return Reply({"@odata.context": context, "value": [template_json(application)]})


def _with_template(call: Call, application: EnterpriseApplication) -> EnterpriseApplication:
    if call.path["templateId"] != application.gallery_key:
        raise NotFound.of(call.path["templateId"])
    return application


def _schema(call: Call, schema: Mapping[str, Any]) -> Reply:
    return Reply({"@odata.context": call.context("microsoft.graph.synchronizationSchema"), **schema})
