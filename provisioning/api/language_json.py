"""The functions of the mapping language and the operators of scoping filters, in Microsoft's types."""

from typing import Any

from provisioning.choices import AttributeType, Operator
from provisioning.engine.operators import Rule
from provisioning.expressions.signatures import Function, Parameter
from provisioning.jobs.schema_filters import NAMES

UNARY, BINARY = "Unary", "Binary"


def function_json(function: Function) -> dict[str, Any]:
    """As attributeMappingFunctionSchema, whose id is the name."""
    return {"id": function.name, "parameters": [_parameter(each) for each in function.parameters]}


def operator_json(operator: Operator, rule: Rule) -> dict[str, Any]:
    """As filterOperatorSchema, with the name that clauses of a schema have. Of several values all must meet it."""
    types = [each.value for each in AttributeType if each.value in rule.types]
    return {
        "id": NAMES.get(operator, operator.value),
        "arity": UNARY if rule.is_unary else BINARY,
        "multivaluedComparisonType": "All",
        "supportedAttributeTypes": ",".join(types),
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "allowMultipleOccurrences": parameter.repeating,
        "name": parameter.name,
        "required": parameter.required and not parameter.may_be_empty,
        "type": parameter.type,
    }
