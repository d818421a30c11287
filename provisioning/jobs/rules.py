"""The configuration of a job as one frozen value, and the connector it talks through."""

from collections.abc import Callable

from django.conf import settings
from django.db import connection

from provisioning.choices import CycleKind, ObjectType, Scope
from provisioning.connectors import connector_class
from provisioning.connectors.base import Connector
from provisioning.connectors.tokens import Tokens
from provisioning.errors import SettingsInvalid
from provisioning.jobs import profiles
from provisioning.jobs.schemas import added_to
from provisioning.jobs.tokens import RowTokens
from provisioning.models import EnterpriseApplication, ProvisioningJob
from provisioning.records import GuardRules, JobRules
from provisioning.texts import gettext_noop, say
from provisioning.wire.session import Session, new_session

TEST_SECONDS = 10
"""Test Connection takes this long at most for one request."""


def job_rules(job: ProvisioningJob, kind: CycleKind = CycleKind.INCREMENTAL, *, repair: bool = False) -> JobRules:
    """Everything a cycle goes by, read once when a worker begins with it."""
    application = job.application
    mappings = job.mappings.filter(enabled=True).prefetch_related("rows", "filters")
    return JobRules(
        version=job.config_version,
        directory_label=application.directory.label,
        target_label=application.display_name,
        objects={ObjectType(each.object_type): each.as_rules() for each in mappings},
        everyone=job.scope == Scope.ALL,
        role_required=application.template.role_required,
        default_domain=application.directory.default_domain,
        leaving=application.is_leaving,
        skip_out_of_scope_deletions=job.skip_out_of_scope_deletions and not application.is_leaving,
        guard=guard_rules(job),
        reconcile=kind is CycleKind.RECONCILE,
        repair=repair,
        preview=kind is CycleKind.PREVIEW,
    )


def guard_rules(job: ProvisioningJob) -> GuardRules | None:
    """None where nothing is held, also for an application that is to be deleted: its name was typed for that."""
    if not job.guard or job.application.is_leaving:
        return None
    return GuardRules(number=job.guard_number, percent=job.guard_percent)


def saved_credentials(job: ProvisioningJob) -> dict[str, str]:
    """The credentials, unlocked. Raises SettingsInvalid when there are none or they can't be unlocked."""
    if not hasattr(job, "credentials"):
        raise SettingsInvalid(say(gettext_noop("No admin credentials were saved.")))
    return job.credentials.unlock()


def guarded_session(timeout: float, before_send: Callable[[], None] | None = None) -> Session:
    """A session that keeps the rules on addresses. HTTP inside a database transaction is refused: it would hold the
    rows locked."""

    def refuse_in_transaction() -> None:
        if connection.in_atomic_block:
            raise RuntimeError("HTTP inside a database transaction")
        if before_send:
            before_send()

    return new_session(timeout=timeout, before_send=refuse_in_transaction, allow_private=settings.PORTAL_ALLOW_PRIVATE)


def connector(
    application: EnterpriseApplication,
    credentials: dict[str, str],
    timeout: float = TEST_SECONDS,
    before_send: Callable[[], None] | None = None,
    tokens: Tokens | None = None,
) -> Connector:
    """A connector with its session. tokens: of a consent in the browser; those of the job unless given."""
    session = guarded_session(timeout, before_send)
    made = connector_class(application.template.connector)(credentials, session)
    for type_, attributes in added_to(application).items():
        made.extend(type_, attributes)
    made.adapt(profiles.layers(application), application.display_name)
    made.shared_tokens = tokens or RowTokens(application.job.pk)
    return made
