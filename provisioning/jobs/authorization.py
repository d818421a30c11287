"""Consent in the browser: what is asked, what the browser may bring back, and keeping the tokens it leads to."""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from portal.accounts.audit import Doer, record
from provisioning import vault
from provisioning.choices import Mode
from provisioning.connectors.tokens import Granted
from provisioning.errors import CredentialsRejected, SettingsInvalid
from provisioning.jobs import quarantine, rules
from provisioning.jobs.connection import TESTS, ConnectionTest
from provisioning.jobs.save import SETTINGS, locked, mark_saved, save_credentials
from provisioning.jobs.tokens import GrantedNow, locked_tokens
from provisioning.models import Credentials, EnterpriseApplication, ProvisioningJob
from provisioning.texts import say

AUTHORIZE = gettext_noop("Authorize provisioning")
LONGEST = 2048

NOT_ASKED = gettext_noop("This answer belongs to no question of this session. Click Authorize again.")
DENIED = gettext_noop("The consent was refused. Click Authorize again, and allow the access.")
NO_CODE = gettext_noop("The application gave no consent: %(error)s. Check the client, its redirect address and scopes.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked in the browser, kept in the session, locked, until the answer comes. `version` is the job's."""

    state: str
    verifier: str
    application_id: str
    version: int
    credentials: Mapping[str, str]

    @classmethod
    def about(cls, job: ProvisioningJob, credentials: Mapping[str, str]) -> Self:
        return cls(
            state=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            application_id=str(job.application.application_id),
            version=job.saves,
            credentials=credentials,
        )

    def lock(self) -> str:
        return vault.lock({"question": json.dumps(asdict(self))})

    @classmethod
    def unlock(cls, text: str) -> Self:
        """Raises vault.Unreadable."""
        return cls(**json.loads(vault.unlock(text)["question"]))

    @property
    def challenge(self) -> str:
        """Of the verifier, by the method S256 (RFC 7636, 4.2)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Tokens that were granted, and the connection test that passed with them."""

    granted: Granted
    owner: str
    test: ConnectionTest


def redirect_uri() -> str:
    """Where the browser comes back to. It must be registered for the client."""
    return f"{settings.PORTAL_ADDRESS}{reverse('authorized')}"


def address(application: EnterpriseApplication, question: Question) -> str:
    """Where the browser asks. Raises SettingsInvalid."""
    target = rules.connector(application, dict(question.credentials))
    return target.consent_address(question.state, question.challenge, redirect_uri())


def redeem(application: EnterpriseApplication, question: Question, answer: Mapping[str, Any]) -> Consent:
    """Check what the browser brought back, trade the code for tokens, and test the connection with them.

    Raises ProvisioningError with what to do.
    """
    if not secrets.compare_digest(str(answer.get("state", "")).encode(), question.state.encode()):
        raise SettingsInvalid(say(NOT_ASKED))
    if answer.get("error") == "access_denied":
        raise CredentialsRejected(say(DENIED))
    if not answer.get("code"):
        error = str(answer.get("error_description") or answer.get("error") or "-")[:LONGEST]
        raise SettingsInvalid(say(NO_CODE, error=error))
    return trade(application, question, str(answer["code"]), redirect_uri())


def trade(application: EnterpriseApplication, question: Question, code: str, sent_back_to: str) -> Consent:
    """Trade a code for tokens, and test the connection with them. Raises ProvisioningError with what to do."""
    target = rules.connector(application, dict(question.credentials))
    granted = target.redeem(code, question.verifier, sent_back_to)
    test = TESTS.run(application, question.credentials, GrantedNow(granted))
    if test.error:
        raise test.error
    return Consent(granted=granted, owner=target.owner, test=test)


@transaction.atomic
def keep(question: Question, consent: Consent, job_id: int, by: Doer, now: datetime) -> ProvisioningJob:
    """Save the credentials that were asked with, and the tokens. Raises SavedMeanwhile when somebody saved since.

    Who authorizes has chosen the mode Automatic, which alone shows credentials.
    """
    job = locked(job_id, question.version)
    changes = save_credentials(job, dict(question.credentials), by, now)
    row = Credentials.objects.get(job=job)
    row.tokens, row.tested_at = locked_tokens(consent.granted, consent.owner), consent.test.at
    row.claim_token, row.claimed_until = row.claim_token + 1, None  # whoever renews the ones before saves them no more
    row.save()
    if job.mode != Mode.AUTOMATIC:
        changes = {**changes, SETTINGS["mode"]: (job.mode, Mode.AUTOMATIC)}
        job.mode = Mode.AUTOMATIC
    quarantine.leave(job, now)
    mark_saved(job, by, now)
    if job.is_on:
        job.next_start_at, job.queued_at = now, None
    job.save()
    old, new = ({name: change[side] for name, change in changes.items()} for side in (0, 1))
    signed_in_as = consent.test.report.signed_in_as if consent.test.report else ""
    record(by, AUTHORIZE, job.application, old, {**new, "Signed in as": signed_in_as})
    return job
