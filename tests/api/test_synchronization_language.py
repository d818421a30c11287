"""The mapping language through the API: functions, operators, and expressions that are parsed and tried out."""

from typing import Any

import pytest

from provisioning.models import ProvisioningJob
from tests.api.face import Face
from tests.api.synchronizing import path_of, set_up

pytestmark = pytest.mark.django_db
REPLACE = 'Replace([preferredLanguage], "-", , , "_", ,  )'


@pytest.fixture
def job() -> ProvisioningJob:
    return set_up()


def parsed(face: Face, job: ProvisioningJob, expression: str, **properties: Any) -> dict[str, Any]:
    pairs = [{"key": key, "value": value} for key, value in properties.items()]
    body: dict[str, Any] = {"expression": expression, "targetAttributeDefinition": None}
    if properties:
        body["testInputObject"] = {"definition": None, "properties": pairs}
    found: dict[str, Any] = face.post(f"{path_of(job)}/schema/parseExpression", body).json()
    return found


# --- what there is
@pytest.mark.parametrize("form", ["functions", "functions()"])
def test_functions_are_listed_with_their_parameters(face: Face, job: ProvisioningJob, form: str) -> None:
    found = {each["id"]: each["parameters"] for each in face.values(f"{path_of(job)}/schema/{form}")}

    assert [each["name"] for each in found["Append"]] == ["source", "suffix"]
    assert [(each["type"], each["required"]) for each in found["Mid"]] == [
        ("String", True),
        ("Integer", True),
        ("Integer", True),
    ]
    assert [each["required"] for each in found["Replace"]][:2] == [True, False]
    assert found["Join"][-1]["allowMultipleOccurrences"]
    assert found["DefaultDomain"] == []


@pytest.mark.parametrize("form", ["filterOperators", "filterOperators()"])
def test_operators_are_listed_as_clauses_name_them(face: Face, job: ProvisioningJob, form: str) -> None:
    found = {each["id"]: each for each in face.values(f"{path_of(job)}/schema/{form}")}

    assert (found["EQUALS"]["arity"], found["IS TRUE"]["arity"]) == ("Binary", "Unary")
    assert found["Greater_Than"]["supportedAttributeTypes"] == "String,Integer"
    assert len(found) == 14


# --- parsing
def test_microsofts_sample_is_answered_as_microsoft_answers_it(face: Face, job: ProvisioningJob) -> None:
    found = parsed(face, job, REPLACE, preferredLanguage="EN-US")

    assert (found["error"], found["parsingSucceeded"], found["evaluationSucceeded"]) == (None, True, True)
    assert found["evaluationResult"] == ["EN_US"]
    tree = found["parsedExpression"]
    assert (tree["name"], tree["type"]) == ("Replace", "Function")
    assert [each["key"].lower() for each in tree["parameters"]] == ["source", "find", "replacement"]
    assert tree["parameters"][0]["value"] == {
        "expression": "[preferredLanguage]",
        "name": "preferredLanguage",
        "type": "Attribute",
        "parameters": [],
    }


def test_without_a_test_object_it_is_parsed_alone(face: Face, job: ProvisioningJob) -> None:
    found = parsed(face, job, REPLACE)

    assert (found["parsingSucceeded"], found["evaluationSucceeded"], found["evaluationResult"]) == (True, False, [])


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("Replace([mail]", "Column"),
        ("Nonsense([mail])", "Nonsense"),
        ('Append([shoeSize], "x")', "shoeSize"),
        ("", "Column"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(face: Face, job: ProvisioningJob, expression: str, said: str) -> None:
    found = parsed(face, job, expression)

    assert (found["parsingSucceeded"], found["parsedExpression"]) == (False, None)
    assert found["error"]["code"] == "ExpressionInvalid"
    assert said in found["error"]["message"]


def test_a_failure_of_evaluation_leaves_the_tree(face: Face, job: ProvisioningJob) -> None:
    found = parsed(face, job, 'Mid([mail], "far", 2)', mail="ann@contoso.example")

    assert (found["parsingSucceeded"], found["evaluationSucceeded"]) == (True, False)
    assert (found["error"]["code"], found["parsedExpression"]["name"]) == ("EvaluationFailed", "Mid")


@pytest.mark.parametrize(
    ("expression", "properties", "result"),
    [
        ('Split([proxyAddresses], ";")', {"proxyAddresses": "a;b"}, ["a", "b"]),
        ("Count([proxyAddresses])", {"proxyAddresses": ["a", "b", "c"]}, ["3"]),
        ("IsPresent([accountEnabled])", {"accountEnabled": True}, ["True"]),
        ("SingleAppRoleAssignment([appRoleAssignments])", {"appRoleAssignments": ["Staff"]}, ["Staff"]),
        ('IIF(IsNullOrEmpty([mail]), IgnoreAttributeFlow, "x")', {"mail": None}, []),
        ("Redact([mail])", {"mail": "ann@contoso.example"}, ["[Redact]"]),
        ("Trim([own])", {"own": " named by the test object alone "}, ["named by the test object alone"]),
    ],
)
def test_values_of_every_kind_go_in_and_come_out_as_texts(
    face: Face, job: ProvisioningJob, expression: str, properties: dict[str, Any], result: list[str]
) -> None:
    found = parsed(face, job, expression, **properties)

    assert (found["error"], found["evaluationResult"]) == (None, result)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"expression": 7},
        {"expression": "x" * 10_001},
        {"expression": REPLACE, "testInputObject": "Ann"},
        {"expression": REPLACE, "testInputObject": {"properties": [7]}},
        {"expression": REPLACE, "testInputObject": {"properties": [{"key": "mail", "value": {"a": 1}}]}},
    ],
)
def test_what_is_no_question_is_refused(face: Face, job: ProvisioningJob, body: dict[str, Any]) -> None:
    assert face.post(f"{path_of(job)}/schema/parseExpression", body).status_code == 400
