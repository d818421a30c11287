"""Saving settings and credentials of a job, tested first where a test is needed: the way of the page Provisioning."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from provisioning import tasks
from provisioning.api.calls import Call
from provisioning.api.errors import Conflict, GraphError, Throttled, ValueRefused
from provisioning.api.secrets import Given, settings_of
from provisioning.choices import Mode, Scope
from provisioning.errors import ProvisioningError, SettingsInvalid
from provisioning.jobs import profiles
from provisioning.jobs.causes import cause_of
from provisioning.jobs.connection import TESTS, ConnectionTest, TooManyTests
from provisioning.jobs.given import completed
from provisioning.jobs.known import Known
from provisioning.jobs.rules import saved_credentials
from provisioning.jobs.save import SavedMeanwhile, Wanted, needs_test, save
from provisioning.models import ProvisioningJob
from provisioning.templatetags.provisioning_texts import said

AGAIN_SECONDS = 5
"""After so long another connection test may find a place."""
FIELDS = ("mode", "scope", "interval_minutes", "notification_email", "notify")
"""Fields that a save always names."""


def save_given(call: Call, job: ProvisioningJob, given: Given) -> None:
    """Save what was given; the rest stays. Raises GraphError."""
    values = credentials_of(job, given) if given.credentials else None
    secret_given = any(each.secret and given.credentials.get(each.name) for each in settings_of(job))
    known = Known.of(job)
    if values is not None and not known.are_new(settings_of(job), values, secret_given=secret_given):
        values = None
    save_fields(call, job, given.fields, values)


def save_fields(
    call: Call, job: ProvisioningJob, fields: Mapping[str, Any], credentials: dict[str, str] | None = None
) -> None:
    """Save these fields of the job, and the credentials when there are any. Raises GraphError."""
    named = {name: fields.get(name, getattr(job, name)) for name in FIELDS}
    if named["notify"] and not named["notification_email"]:
        raise ValueRefused(_("Name the recipients of notifications, or do not enable them."))
    wanted = Wanted(
        version=job.saves,
        credentials=credentials,
        others={name: value for name, value in fields.items() if name not in FIELDS},
        **{**named, "mode": Mode(named["mode"]), "scope": Scope(named["scope"])},
    )
    test = tested(job, credentials) if needs_test(job, wanted) else None
    try:
        with transaction.atomic():
            saved = save(job.pk, wanted, str(call.client), timezone.now(), test.at if test else None)
            profiles.learn(job.application_id, test.report if test else None)
            if saved.is_due:
                tasks.queue_job(job.pk)
    except SavedMeanwhile:
        raise saved_meanwhile() from None


def saved_meanwhile() -> Conflict:
    return Conflict(_("Somebody else saved at the same moment. Try again."))


def credentials_of(job: ProvisioningJob, given: Given) -> dict[str, str]:
    """All settings of the connector, completed by those that are known. Raises ValueRefused with every fault."""
    settings = settings_of(job)
    found = completed(settings, Known.of(job), given.credentials)
    if found.faults:
        keys = {each.name: each.graph_key for each in settings}
        raise ValueRefused(" ".join(f"{keys[name]}: {fault}" for name, fault in found.faults.items()))
    return found.values


def tested(job: ProvisioningJob, credentials: Mapping[str, str] | None) -> ConnectionTest:
    """Try these credentials, or the saved ones, against the application. Raises GraphError when they fail."""
    try:
        test = TESTS.run(job.application, saved_credentials(job) if credentials is None else credentials)
    except SettingsInvalid as error:
        raise ValueRefused(said(error.message), code=error.code) from None
    if test.error:
        raise refused(job, test.error)
    return test


def refused(job: ProvisioningJob, error: ProvisioningError) -> GraphError:
    """Why a connection test failed: in a title, in the words of the application, and what to do."""
    if isinstance(error, TooManyTests):
        return Throttled(AGAIN_SECONDS)
    title, advice = cause_of(error).told(job.application.product)
    return ValueRefused(f"{title.rstrip('.')}. {said(error.message)} {advice}", code=error.code)
