"""Admin credentials: tried, saved, and told without their secrets."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from provisioning.api.calls import NO_CONTENT, Call, Reply
from provisioning.api.errors import ValueRefused
from provisioning.api.finding import JOB, SYNCHRONIZATION, job_of, principal_of
from provisioning.api.resources.synchronization_jobs import check_template
from provisioning.api.routes import NOTHING, many, route
from provisioning.api.saving import credentials_of, refused, save_given, saved_meanwhile, tested
from provisioning.api.secrets import Given, read_secrets, secrets_json, settings_of
from provisioning.connectors import connector_class
from provisioning.errors import ProvisioningError
from provisioning.jobs import authorization
from provisioning.jobs.authorization import Question
from provisioning.jobs.save import SavedMeanwhile
from provisioning.models import ProvisioningJob
from provisioning.wire.settings import SIGN_IN

PAIRS: Mapping[str, Any] = {
    "type": "array",
    "items": {"type": "object", "properties": {"key": {"type": "string"}, "value": {"type": ["string", "null"]}}},
}
SECRETS = {"type": "object", "properties": {"value": PAIRS}, "required": ["value"]}
CREDENTIALS = {
    "type": "object",
    "properties": {
        "useSavedCredentials": {"type": "boolean"},
        "templateId": {"type": ["string", "null"]},
        "applicationIdentifier": {"type": ["string", "null"]},
        "credentials": PAIRS,
    },
}
CODE, REDIRECT = "Oauth2AuthorizationCode", "Oauth2RedirectUri"
"""Keys of what a consent in the browser brought back."""


@route("GET", f"{SYNCHRONIZATION}/secrets", answer=many("SynchronizationSecretKeyStringValuePair"))
def secrets(call: Call) -> Reply:
    """List what is saved of admin credentials and settings; secrets are masked"""
    context = call.context("Collection(microsoft.graph.synchronizationSecretKeyStringValuePair)")
    return Reply({"@odata.context": context, "value": secrets_json(principal_of(call).job)})


@route("PUT", f"{SYNCHRONIZATION}/secrets", answer=NOTHING, body=SECRETS)
def save_secrets(call: Call) -> Reply:
    """Save admin credentials and settings; while the job is on they are tested first"""
    job: ProvisioningJob = principal_of(call).job
    save_given(call, job, read_secrets(call.body.get("value"), settings_of(job)))
    return NO_CONTENT


@route("POST", f"{SYNCHRONIZATION}/jobs/validateCredentials", answer=NOTHING, body=CREDENTIALS)
def validate(call: Call) -> Reply:
    """Test the connection with these admin credentials, or with the saved ones"""
    return _validated(call, principal_of(call).job)


@route("POST", f"{JOB}/validateCredentials", answer=NOTHING, body=CREDENTIALS)
def validate_for_job(call: Call) -> Reply:
    """Test the connection of a job with these admin credentials, or with the saved ones"""
    return _validated(call, job_of(call))


@route("POST", f"{SYNCHRONIZATION}/acquireAccessToken", answer=NOTHING, body=CREDENTIALS)
def acquire_access_token(call: Call) -> Reply:
    """Sign in with these credentials; after a consent in the browser, keep the tokens its code is traded for"""
    job: ProvisioningJob = principal_of(call).job
    pairs = call.body.get("credentials")
    code, redirect, others = _consent(pairs)
    given = read_secrets(others, settings_of(job), "credentials")
    method = connector_class(job.application.template.connector).consent_method
    if not code:
        tested(job, credentials_of(job, given))
        return NO_CONTENT
    if not method:
        raise ValueRefused(_("Nobody signs in to this application by consent in the browser."))
    values = credentials_of(job, Given(credentials={**given.credentials, SIGN_IN: method}))
    _redeem(call, job, values, (code, redirect))
    return NO_CONTENT


def _redeem(call: Call, job: ProvisioningJob, values: Mapping[str, str], came: tuple[str, str]) -> None:
    question = replace(Question.about(job, values), verifier="")  # whoever asked for the code did so without us
    try:
        consent = authorization.trade(job.application, question, *came)
        authorization.keep(question, consent, job.pk, str(call.client), timezone.now())
    except ProvisioningError as error:
        raise refused(job, error) from None
    except SavedMeanwhile:
        raise saved_meanwhile() from None


def _validated(call: Call, job: ProvisioningJob) -> Reply:
    if (template := call.body.get("templateId")) is not None:
        check_template(job.application.gallery_key, template)
    if call.body.get("useSavedCredentials") is True:
        tested(job, None)
    else:
        given = read_secrets(call.body.get("credentials") or [], settings_of(job), "credentials")
        tested(job, credentials_of(job, given))
    return NO_CONTENT


def _consent(pairs: Any) -> tuple[str, str, Any]:
    """The code and where the browser was sent back to, and the pairs without these two."""
    if not isinstance(pairs, list):
        return "", "", pairs
    found = {str(each.get("key")): str(each.get("value") or "") for each in pairs if isinstance(each, dict)}
    rest = [each for each in pairs if not (isinstance(each, dict) and each.get("key") in (CODE, REDIRECT))]
    return found.get(CODE, ""), found.get(REDIRECT, ""), rest
