"""What became of one object, told in steps: by a run of Provision on demand, or by a preview."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from provisioning.choices import Action, MappingType, StepType
from provisioning.engine.rehearsal import Rehearsal
from provisioning.engine.scope import FILTERED, INACTIVE, NOT_ENTITLED
from provisioning.errors import Conflict, LicenseLimitExceeded, MissingValues
from provisioning.expressions.errors import BadExpression
from provisioning.expressions.language import compile_expression
from provisioning.models import AttributeMapping, OnDemandRun, PreviewEntry, ProvisioningJob
from provisioning.templatetags.provisioning_texts import said, word

TITLES: Mapping[str, str | Promise] = {
    StepType.IMPORT: _("Import %(object)s"),
    StepType.SCOPING: _("Determine if %(object)s is in scope"),
    StepType.MATCHING: _("Match %(object)s between source and target"),
    StepType.PROCESSING: _("Prepare the change"),
    StepType.REFERENCE: _("Resolve references"),
}
EXPORTS: Mapping[str, str | Promise] = {
    Action.CREATE: _("Create %(object)s in %(target)s"),
    Action.UPDATE: _("Update %(object)s in %(target)s"),
    Action.DISABLE: _("Disable %(object)s in %(target)s"),
    Action.DELETE: _("Delete %(object)s in %(target)s"),
    Action.OTHER: _("Perform action"),
}
COLUMNS = (
    "action", "status", "code", "object_type", "source_id", "source_label", "source_name", "target_id", "target_label",
    "reason", "remedy", "steps", "modified", "milliseconds", "next_try_at",
)  # fmt: skip


def step_title(step: Mapping[str, Any], action: str, object_type: str, target: str) -> str:
    """What a step is called: by what it does, the last ones by the action."""
    title = TITLES.get(step["provisioningStepType"], EXPORTS.get(action, EXPORTS[Action.OTHER]))
    return str(title) % {"object": word(object_type).lower(), "target": target}


class Advised(ABC):
    """What advice fits, by the code, and where it leads."""

    @property
    @abstractmethod
    def about(self) -> str:
        """The code that the advice goes by."""

    @property
    @abstractmethod
    def source(self) -> tuple[str, str]:
        """Type and ID of the object in the directory."""

    @property
    def pick(self) -> str:
        """How Provision on demand names the object."""
        type_, id_ = self.source
        return f"{type_.lower()}:{id_}"

    @property
    def person_url(self) -> str:
        """The page of the user or group."""
        type_, id_ = self.source
        return reverse(type_.lower(), args=[id_])

    @property
    def is_about_assignment(self) -> bool:
        return self.about in (NOT_ENTITLED, LicenseLimitExceeded.code)

    @property
    def is_about_person(self) -> bool:
        return self.about in (INACTIVE, MissingValues.code)

    @property
    def is_about_mapping(self) -> bool:
        return self.about in (MissingValues.code, Conflict.code, "CreateSwitchedOff", FILTERED)


@dataclass(frozen=True, slots=True)
class Flow:
    """One attribute on its way: where its value comes from, what the target had and what it gets.

    `expression` is how it is made; `is_modified` tells whether it was sent.
    """

    target: str
    source_value: Any
    expression: str
    old: Any
    new: Any
    is_modified: bool


@dataclass(frozen=True)
class Told(Advised):
    """The columns of an entry, and the name of the application it is about."""

    entry: Mapping[str, Any]
    target: str

    @property
    def about(self) -> str:
        return str(self.entry["code"])

    @property
    def source(self) -> tuple[str, str]:
        return self.entry["object_type"], str(self.entry["source_id"])

    @property
    def headline(self) -> str:
        """The last step in its own words: "User 'Bo' was created in GoTo"."""
        steps = self.entry["steps"]
        return said(steps[-1]["text"]) if steps else said(self.entry["reason"])

    @cached_property
    def steps(self) -> Sequence[Mapping[str, Any]]:
        action, type_ = self.entry["action"], self.entry["object_type"]
        return [{**each, "title": step_title(each, action, type_, self.target)} for each in self.entry["steps"]]

    @property
    def has_account(self) -> bool:
        """Whether there is one; those that a preview makes up are none."""
        return bool(self.entry["target_id"]) and not self.entry["target_id"].startswith(Rehearsal.STAND_IN)

    def flows(self, job: ProvisioningJob) -> Sequence[Flow]:
        """Every row of the mapping as it is now, with the values that were read and sent."""
        mapping = job.mappings.filter(object_type=self.entry["object_type"]).first()
        read: Mapping[str, Any] = next((each["details"] for each in self.entry["steps"] if each["details"]), {})
        sent = {each["displayName"]: each for each in self.entry["modified"]}
        flows = []
        for row in mapping.rows.all() if mapping else ():
            change, old, new = sent.get(row.target, {}), "oldValue", "newValue"
            value = _read_by(row, read)
            flows.append(Flow(row.target, value, row.source_text, change.get(old), change.get(new), bool(change)))
        return flows


def _read_by(row: AttributeMapping, read: Mapping[str, Any]) -> Any:
    """What the row was given; of an expression each attribute with its value."""
    if row.type != MappingType.EXPRESSION:
        return row.source if row.type == MappingType.CONSTANT else read.get(row.source)
    try:
        names = compile_expression(row.source).attributes
    except BadExpression:
        return None
    return ", ".join(f"{name}: {read[name]}" for name in sorted(names) if name in read)


def told_run(run: OnDemandRun, target: str) -> Told | None:
    """What became of a run; None while it goes on, and when it could not even begin."""
    return Told(run.entry, target) if run.entry else None


def told_preview(entry: PreviewEntry, target: str) -> Told:
    return Told({name: getattr(entry, name) for name in COLUMNS}, target)
