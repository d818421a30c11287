"""The mapping language: its functions and the operators of filters, and an expression parsed and tried out."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from provisioning.api.calls import Call, Reply
from provisioning.api.errors import ValueRefused
from provisioning.api.finding import JOB, job_of
from provisioning.api.language_json import function_json, operator_json
from provisioning.api.routes import many, one, route
from provisioning.engine.operators import OPERATORS
from provisioning.engine.redaction import REDACTED
from provisioning.expressions.errors import ExpressionError
from provisioning.expressions.functions import groups
from provisioning.expressions.language import Context, Program, RoleValue, compile_expression
from provisioning.expressions.values import as_text
from provisioning.jobs import expressions as trials
from provisioning.jobs.schema_sources import LONGEST_EXPRESSION
from provisioning.jobs.schemas import source_names
from provisioning.models import ProvisioningJob

EXPRESSION: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "expression": {"type": "string"},
        "targetAttributeDefinition": {"type": ["object", "null"]},
        "testInputObject": {
            "type": ["object", "null"],
            "properties": {
                "properties": {"type": "array", "items": {"type": "object", "properties": {"key": {"type": "string"}}}}
            },
        },
    },
    "required": ["expression"],
}
ROLES = "appRoleAssignments"
"""The values of this attribute are also the roles that the functions of roles look at."""
ABOVE = f"{JOB}/schema"


@route("GET", f"{ABOVE}/functions", f"{ABOVE}/functions()", answer=many("AttributeMappingFunctionSchema"))
def functions(call: Call) -> Reply:
    """List the functions of the mapping language with their parameters"""
    job_of(call)
    offered = (each for found in groups().values() for each in found if not each.legacy)
    value = [function_json(each) for each in sorted(offered, key=lambda each: each.name)]
    return Reply({"@odata.context": _context(call, "attributeMappingFunctionSchema"), "value": value})


@route("GET", f"{ABOVE}/filterOperators", f"{ABOVE}/filterOperators()", answer=many("FilterOperatorSchema"))
def filter_operators(call: Call) -> Reply:
    """List the operators of scoping filters with the types they compare"""
    job_of(call)
    value = [operator_json(operator, rule) for operator, rule in OPERATORS.items()]
    return Reply({"@odata.context": _context(call, "filterOperatorSchema"), "value": value})


@route("POST", f"{ABOVE}/parseExpression", answer=one("ParseExpressionResponse"), body=EXPRESSION)
def parse_expression(call: Call) -> Reply:
    """Parse an expression, and evaluate it with the values of a test object"""
    job, text = job_of(call), call.body.get("expression")
    if not isinstance(text, str) or len(text) > LONGEST_EXPRESSION:
        raise ValueRefused(
            _("'expression' must be a text of %(most)s characters at most.") % {"most": LONGEST_EXPRESSION}
        )
    context = call.context("microsoft.graph.parseExpressionResponse")
    values = _values(call.body.get("testInputObject"))
    try:
        program = compile_expression(text, attributes=_names(job, call.body, values), references=trials.REFERENCES)
    except ExpressionError as error:
        return Reply({"@odata.context": context, **_response(error=error)})
    return Reply({"@odata.context": context, **_evaluated(program, job, values)})


def _evaluated(program: Program, job: ProvisioningJob, values: Mapping[str, Any] | None) -> dict[str, Any]:
    """The tree, and the result where there are values to try it with."""
    if values is None:
        return _response(program)
    roles = values.get(ROLES) or ()
    held = [
        RoleValue(id=each, value=each, display_name=each) for each in (roles if isinstance(roles, tuple) else [roles])
    ]
    domain = job.application.directory.default_domain or None
    try:
        result = program.run(Context(attributes=values, now=timezone.now(), default_domain=domain, roles=held))
    except ExpressionError as error:
        return _response(program, error=error)
    if result.ignored:
        return _response(program, ())
    return _response(program, (REDACTED,) if result.redacted else _texts(result.value))


def _response(
    program: Program | None = None, result: Sequence[str] | None = None, error: ExpressionError | None = None
) -> dict[str, Any]:
    told = None
    if error is not None:
        told = {
            "code": "ExpressionInvalid" if program is None else "EvaluationFailed",
            "message": trials.in_words(error),
            "target": "expression",
            "details": None,
            "innerError": None,
        }
    return {
        "error": told,
        "evaluationResult": list(result or ()),
        "evaluationSucceeded": result is not None,
        "parsedExpression": {**program.tree, "expression": program.canonical} if program else None,
        "parsingSucceeded": program is not None,
    }


def _texts(value: Any) -> Sequence[str]:
    if value is None:
        return ()
    return tuple(as_text(each) for each in value) if isinstance(value, list | tuple) else (as_text(value),)


def _names(job: ProvisioningJob, body: Mapping[str, Any], values: Mapping[str, Any] | None) -> set[str]:
    """The attributes that it may name: those of the job's source, and those that came with the test object."""
    known = {name for mapping in job.mappings.all() for name in source_names(mapping)}
    definition = (body.get("testInputObject") or {}).get("definition")
    listed = definition.get("attributes") if isinstance(definition, dict) else None
    named = (
        {str(each.get("name")) for each in listed or [] if isinstance(each, dict)}
        if isinstance(listed, list)
        else set()
    )
    return known | named | set(values or ())


def _values(test: Any) -> dict[str, Any] | None:
    """By attribute: a text, a number, true or false, several as a tuple. None without a test object."""
    if test is None:
        return None
    properties = test.get("properties") if isinstance(test, dict) else None
    if not isinstance(properties, list):
        raise ValueRefused(_("'testInputObject' must be an object with a list of properties."))
    found: dict[str, Any] = {}
    for each in properties:
        key, value = (each.get("key"), each.get("value")) if isinstance(each, dict) else (None, None)
        if not isinstance(key, str) or isinstance(value, dict):
            raise ValueRefused(_("Each property of 'testInputObject' must have a key and a value."))
        found[key] = tuple(map(str, value)) if isinstance(value, list) else value
    return found


def _context(call: Call, type_: str) -> str:
    return call.context(f"Collection(microsoft.graph.{type_})")
