"""Expressions of a mapping: checked before they are saved, and tried out with somebody of the directory."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from provisioning.choices import ObjectType
from provisioning.expressions.errors import BadExpression, ExpressionError
from provisioning.expressions.language import Context, Finding, Program, Result, RoleValue, compile_expression
from provisioning.jobs.load import candidates
from provisioning.jobs.schemas import source_names, target_schema
from provisioning.models import ObjectMapping, ProvisioningJob
from provisioning.records import SourceObject
from provisioning.texts import gettext_noop, say

REFERENCES = ("manager", "members")

_NO_SEARCH = gettext_noop("SelectUniqueValue needs a target that can be searched by %(attribute)s, and it can't.")


def checked(mapping: ObjectMapping, text: str, target: str, *, on_create_only: bool, matching: bool) -> Program:
    """The program of an expression that may flow into this target attribute. Raises BadExpression."""
    names = source_names(mapping)
    program = compile_expression(
        text, attributes=names, on_create_only=on_create_only, matching=matching, references=REFERENCES
    )
    attribute = target_schema(mapping).attribute(target)
    if program.selects_unique and not (attribute and attribute.can_match):
        raise BadExpression(say(_NO_SEARCH, attribute=target))
    return program


def in_words(found: ExpressionError | Finding) -> str:
    """An error or a warning in the reader's language, with the place."""
    reason = gettext(found.message.text) % found.message.values
    return gettext("Column %(column)s: %(reason)s") % {"column": found.column, "reason": reason}


def source_of(job: ProvisioningJob, type_: ObjectType, key: int) -> SourceObject | None:
    """The object with all that a mapping sees of it; None when it is not in the directory any more."""
    found = candidates(job, type_, [key])
    return found[0].source if found else None


def held_by(job: ProvisioningJob, source: SourceObject, target: str) -> Any:
    """The value that the application was sent last for this object."""
    row = job.object_states.filter(object_type=source.type, source_key=source.key).first()
    return row.as_value().sent.get(target) if row else None


def try_out(
    program: Program, job: ProvisioningJob, values: Mapping[str, Any], source: SourceObject | None, now: datetime
) -> Result:
    """The result with these values, of this object's roles. Raises EvaluationFailed.

    SelectUniqueValue gives its first rule: nothing is looked up, and nothing kept.
    """
    roles = (
        [RoleValue(id=each.id, value=each.value, display_name=each.label) for each in source.roles] if source else []
    )
    domain = job.application.directory.default_domain or None
    return program.run(Context(attributes=values, now=now, default_domain=domain, roles=roles))
