"""What one walk down the one way goes by, and the one thing that may come of it besides an outcome."""

from dataclasses import dataclass
from datetime import datetime

from provisioning.connectors.base import Connector
from provisioning.engine.ports import Link, Taken
from provisioning.engine.report import Report
from provisioning.records import Attributes, JobRules, TargetObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """The rules, the target and the time.

    `taken`: what SelectUniqueValue may not choose. `stage`: removals wait for the guard; else they are done at once.
    `defer`: what may pass later is tried again within the cycle; else a failure is final until the next one.
    """

    rules: JobRules
    target: Connector
    now: datetime
    taken: Taken
    stage: bool = False
    defer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An account that was there before us and needs changes. It is linked first, so that nobody else changes it too."""

    report: Report
    account: TargetObject
    changes: Attributes
    link: Link
