"""A worker's part of the SCIM validator: look, write if that was asked for, and clean up whatever happens."""

import logging
import os
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now

from provisioning.choices import ValidatorStatus
from provisioning.connectors.scim import Scim
from provisioning.connectors.scim_findings import Finding, Verdict
from provisioning.connectors.scim_probe import Probe, ended_at
from provisioning.connectors.scim_profile import Source
from provisioning.connectors.scim_trial import CREATE, Trial
from provisioning.errors import LeaseLost, OutOfTime, ProvisioningError
from provisioning.jobs import beat, profiles, validator
from provisioning.jobs.rules import TEST_SECONDS, guarded_session
from provisioning.models import ValidatorRun
from provisioning.texts import Message, gettext_noop, say

log = logging.getLogger(__name__)

SECONDS = 55.0
CLEANING_SECONDS = 35.0
"""Both and one more request end before the queue ends the task."""
PAUSE = 2.0
"""Before deletions that failed are tried once more."""
MOST_HANDS = 4
"""So many workers begin with a run before it is given up."""

TOO_SLOW = gettext_noop("The application was too slow: time was up before everything was tried.")
OUR_FAULT = gettext_noop("The portal failed at an answer of this application. The portal's log tells more.")
BROKEN_OFF = gettext_noop("The worker that did it died. It was not gone on with; start it again.")
UNKNOWN: dict[str, Any] = {}


class Hold:
    """A run in hand: every write holds only while it is ours, and makes it ours for longer."""

    def __init__(self, row: ValidatorRun) -> None:
        self.row = row
        self.until = time.monotonic() + SECONDS
        self._rows = ValidatorRun.objects.filter(pk=row.pk, token=row.token)
        self._renewed = time.monotonic()

    def write(self, **changes: Any) -> None:
        """Raises LeaseLost."""
        beat.write()
        length = timedelta(seconds=settings.PORTAL_LEASE_SECONDS)
        if not self._rows.filter(status=ValidatorStatus.RUNNING).update(expires_at=Now() + length, **changes):
            raise LeaseLost
        self._renewed = time.monotonic()

    def before_send(self) -> None:
        """No request starts after the time, or without the lease."""
        if time.monotonic() > self.until:
            raise OutOfTime
        if time.monotonic() - self._renewed > settings.PORTAL_LEASE_SECONDS / 9:
            self.write()

    def add(self, finding: Finding, made: Mapping[Any, Any] = UNKNOWN) -> None:
        self.row.findings.append(finding.as_row())
        self.write(findings=self.row.findings, made={str(type_): ids for type_, ids in made.items()})

    def close(self, status: ValidatorStatus, left: list[dict[str, Any]], message: Message | None) -> None:
        validator.close(self._rows, status, left, message)


def run(pk: int, sleep: Callable[[float], None] = time.sleep) -> None:
    """Do it, or end what another worker left behind. A message that comes late or twice finds nothing to do."""
    beat.write()
    hold = _claim(pk)
    if hold is None:
        return
    is_left_behind = hold.row.began_at is not None
    try:
        if not is_left_behind:
            hold.write(began_at=Now())
            hold.row.refresh_from_db(fields=["began_at"])
        _with_target(hold, sleep, is_left_behind)
    except LeaseLost:
        return


def _claim(pk: int) -> Hold | None:
    length, owner = timedelta(seconds=settings.PORTAL_LEASE_SECONDS), f"{socket.gethostname()}:{os.getpid()}"
    changes = {"status": ValidatorStatus.RUNNING, "owner": owner, "queued_at": None}
    if not validator.free().filter(pk=pk).update(token=F("token") + 1, expires_at=Now() + length, **changes):
        return None
    return Hold(ValidatorRun.objects.select_related("application").get(pk=pk))


def _with_target(hold: Hold, sleep: Callable[[float], None], is_left_behind: bool) -> None:
    row, status = hold.row, ValidatorStatus.BROKEN if is_left_behind else ValidatorStatus.DONE
    message = say(BROKEN_OFF) if is_left_behind else None
    if row.token > MOST_HANDS:
        hold.close(status, validator.unseen(row), message)
        return
    try:
        credentials = row.unlock()
    except ProvisioningError as error:
        hold.close(status, validator.unseen(row), error.message)
        return
    with guarded_session(min(TEST_SECONDS, settings.PORTAL_LEASE_SECONDS / 3), hold.before_send) as session:
        target = Scim(credentials, session)
        target.adapt(_layers(row))
        trial = Trial(target, row.name)
        if is_left_behind:
            _take_over(row, trial)
        else:
            message = _guarded(lambda: _examine(hold, trial))
        if row.writes:
            message = _guarded(lambda: _clean_up(hold, trial, sleep)) or message
        hold.close(status, [asdict(each) for each in trial.left], message)


def _guarded(step: Callable[[], None]) -> Message | None:
    """Why it did not come to its end. Whatever an application answers, what was created there is deleted."""
    try:
        step()
    except LeaseLost:
        raise
    except OutOfTime:
        return say(TOO_SLOW)
    except Exception:
        log.exception("A fault of our own at an answer to the SCIM validator")
        return say(OUR_FAULT)
    return None


def _examine(hold: Hold, trial: Trial) -> None:
    row, target = hold.row, trial.target
    probe = Probe(target, heard=hold.add)
    try:
        probe.look()
    except ProvisioningError as error:
        hold.add(ended_at(error))
        return
    finally:
        row.learned = probe.learned
    hold.write(learned=row.learned)
    target.adapt(_layers(row))
    if row.writes:
        for finding in trial.steps():
            hold.add(finding, trial.made)


def _take_over(row: ValidatorRun, trial: Trial) -> None:
    """What the other worker had created: by its ids, and by its name where it died before it could write them."""
    for type_ in CREATE:
        trial.made[type_] = list(row.made.get(type_, ()))
    trial.in_doubt = set(CREATE)


def _clean_up(hold: Hold, trial: Trial, sleep: Callable[[float], None]) -> None:
    """A deletion that fails is tried once more, and told once."""
    hold.until = time.monotonic() + CLEANING_SECONDS
    failed: set[str] = set()
    for turn in range(2):
        if turn:
            sleep(PAUSE)
        for finding in trial.clean_up():
            if finding.verdict is not Verdict.FAILS or finding.name not in failed:
                hold.add(finding, trial.made)
            if finding.verdict is Verdict.FAILS:
                failed.add(finding.name)
        if not trial.is_there:
            return


def _layers(row: ValidatorRun) -> Mapping[str, Mapping[str, Any]]:
    """The profile it goes by: the application's, with what was learned now, and the style that was chosen."""
    layers = dict(profiles.layers(row.application)) if row.application else {}
    if row.learned:
        layers[Source.DISCOVERED] = row.learned
    if row.style:
        layers[Source.ADMINISTRATOR] = {**layers.get(Source.ADMINISTRATOR, {}), "patch.style": row.style}
    return layers
