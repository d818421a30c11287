"""Sets an application up, runs it and reads its logs with Microsoft's SDK. Runs in .venv-graph only."""

import asyncio
import json
from importlib import import_module
from typing import Any
from uuid import UUID

from connecting import drive
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphServiceClient
from msgraph.generated.application_templates.application_templates_request_builder import (
    ApplicationTemplatesRequestBuilder as Templates,
)
from msgraph.generated.audit_logs.provisioning.provisioning_request_builder import ProvisioningRequestBuilder as Logs
from msgraph.generated.models.app_role_assignment import AppRoleAssignment
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.synchronization_job import SynchronizationJob
from msgraph.generated.models.synchronization_job_application_parameters import SynchronizationJobApplicationParameters
from msgraph.generated.models.synchronization_job_restart_criteria import SynchronizationJobRestartCriteria
from msgraph.generated.models.synchronization_job_restart_scope import SynchronizationJobRestartScope
from msgraph.generated.models.synchronization_job_subject import SynchronizationJobSubject
from msgraph.generated.models.synchronization_secret import SynchronizationSecret
from msgraph.generated.models.synchronization_secret_key_string_value_pair import (
    SynchronizationSecretKeyStringValuePair as Pair,
)

ITEM = "service_principals.item.synchronization"


def body_of(path: str, name: str) -> Any:
    """The class of a request's body. The SDK names their modules longer than a line."""
    module = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).strip("_")
    return getattr(import_module(f"msgraph.generated.{path}.{module}"), name)


async def steps(client: GraphServiceClient, told: dict[str, Any]) -> dict[str, Any]:
    made = await instantiated(client)
    principal = client.service_principals.by_service_principal_id(made.service_principal.id)
    await assigned(principal, made.service_principal, told)
    sync = principal.synchronization
    template = (await sync.templates.get()).value[0].id
    id_ = (await sync.jobs.post(SynchronizationJob(template_id=template))).id
    job = sync.jobs.by_synchronization_job_id(id_)
    found = {"wrong": await refused(job, told), "jobs": [each.id == id_ for each in (await sync.jobs.get()).value]}
    await validated(job, told["pairs"])
    await sync.secrets.put(body_of(f"{ITEM}.secrets", "SecretsPutRequestBody")(value=pairs(told["pairs"])))
    await job.start.post()
    found["status"] = await status(job)
    found["on_demand"] = await on_demand(job, told["user"])
    found["schema"] = await schema(job)
    await restarted(job)
    await job.pause.post()
    found["paused"] = (await job.get()).schedule.state.value
    found["logs"] = await logs(client, id_)
    await job.delete()
    await client.applications.by_application_id(made.application.id).delete()
    found["left"] = [each.display_name for each in (await client.service_principals.get()).value]
    return found


async def instantiated(client: GraphServiceClient) -> Any:
    asked = Templates.ApplicationTemplatesRequestBuilderGetQueryParameters(filter="displayName eq 'Citrix GoToMeeting'")
    page = await client.application_templates.get(request_configuration=RequestConfiguration(query_parameters=asked))
    template = client.application_templates.by_application_template_id(page.value[0].id)
    named = body_of("application_templates.item.instantiate", "InstantiatePostRequestBody")(display_name="By SDK")
    return await template.instantiate.post(named)


async def assigned(principal: Any, told_principal: Any, told: dict[str, Any]) -> None:
    role = next(each.id for each in told_principal.app_roles if each.value == "GoToMeeting")
    ids = {"principal_id": UUID(told["user"]), "resource_id": UUID(told_principal.id), "app_role_id": role}
    await principal.app_role_assigned_to.post(AppRoleAssignment(**ids))


def pairs(values: dict[str, str]) -> list[Pair]:
    return [Pair(key=SynchronizationSecret(key), value=value) for key, value in values.items()]


async def validated(job: Any, values: dict[str, str]) -> None:
    body = body_of(f"{ITEM}.jobs.item.validate_credentials", "ValidateCredentialsPostRequestBody")
    await job.validate_credentials.post(body(use_saved_credentials=False, credentials=pairs(values)))


async def refused(job: Any, told: dict[str, Any]) -> list[str]:
    try:
        await validated(job, {**told["pairs"], "Password": "wrong"})
    except ODataError as error:
        return [str(error.response_status_code), error.error.code]
    return []


async def status(job: Any) -> list[Any]:
    """Polled as scripts do."""
    for _ in range(100):
        found = await job.get()
        if found.status.code.value == "Active":
            last = found.status.last_execution
            counts = {each.key: each.value for each in found.status.synchronized_entry_count_by_type}
            return [found.status.code.value, last.state.value, last.count_exported, counts, found.schedule.state.value]
        await asyncio.sleep(0.3)
    return [found.status.code.value]


async def on_demand(job: Any, user: str) -> list[str]:
    rule = (await job.schema.get()).synchronization_rules[0].id
    subject = SynchronizationJobSubject(object_id=user, object_type_name="User")
    body = body_of(f"{ITEM}.jobs.item.provision_on_demand", "ProvisionOnDemandPostRequestBody")
    parameters = [SynchronizationJobApplicationParameters(rule_id=rule, subjects=[subject])]
    answer = await job.provision_on_demand.post(body(parameters=parameters))
    return [json.loads(answer.key)["result"], json.loads(answer.value)["sourceIdentity"]["id"]]


async def schema(job: Any) -> list[Any]:
    found = await job.schema.get()
    mapping = found.synchronization_rules[0].object_mappings[0]
    functions = [each.id for each in (await job.schema.functions.get()).value]
    operators = [each.id for each in (await job.schema.filter_operators.get()).value]
    body = body_of(f"{ITEM}.jobs.item.schema.parse_expression", "ParseExpressionPostRequestBody")
    parsed = await job.schema.parse_expression.post(body(expression='Append([mail], "x")'))
    target = found.directories[1]
    seen = await job.schema.directories.by_directory_definition_id(target.id).discover.post()
    flows = [each.target_attribute_name for each in mapping.attribute_mappings][:2]
    return [flows, "Append" in functions, "EQUALS" in operators, parsed.parsed_expression.name, seen.name]


async def restarted(job: Any) -> None:
    body = body_of(f"{ITEM}.jobs.item.restart", "RestartPostRequestBody")
    criteria = SynchronizationJobRestartCriteria(reset_scope=SynchronizationJobRestartScope.Full)
    await job.restart.post(body(criteria=criteria))


async def logs(client: GraphServiceClient, job: str) -> list[Any]:
    asked = Logs.ProvisioningRequestBuilderGetQueryParameters(
        filter=f"jobId eq '{job}' and provisioningAction eq 'create'", top=1
    )
    configuration = RequestConfiguration(query_parameters=asked)
    page = await client.audit_logs.provisioning.get(request_configuration=configuration)
    entry = page.value[0]
    return [
        entry.provisioning_action.value,
        entry.provisioning_status_info.status.value,
        entry.source_identity.display_name,
        entry.provisioning_steps[1].provisioning_step_type.value,  # of the first the SDK forgets the type: "import"
        entry.service_principal.display_name,
    ]


asyncio.run(drive(steps))
