"""Reading a schema: everything that is wrong is told with its place, and what Azure exports is understood."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from provisioning.choices import FlowType, MappingType, ObjectType, Operator, Side
from provisioning.jobs.configuration import configuration
from provisioning.jobs.configuration_changes import changes
from provisioning.jobs.schema_json import schema_of
from provisioning.jobs.schema_reading import Read, read_text
from provisioning.models import CustomAttribute, ProvisioningJob
from provisioning.records import Clause, ScopingFilter
from tests.factories import make_job

pytestmark = pytest.mark.django_db
MAPPING = "synchronizationRules[0].objectMappings[0]"
ROWS = f"{MAPPING}.attributeMappings"
Edit = Callable[[dict[str, Any]], object]


@pytest.fixture
def job() -> ProvisioningJob:
    return make_job()


def schema(job: ProvisioningJob) -> dict[str, Any]:
    return schema_of(job, configuration(job))


def mapping_of(schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schema["synchronizationRules"][0]["objectMappings"][0]
    return found


def rows_of(schema: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = mapping_of(schema)["attributeMappings"]
    return found


def read(job: ProvisioningJob, document: Any) -> Read:
    return read_text(job, configuration(job), json.dumps(document))


def told(job: ProvisioningJob, edit: Edit) -> list[tuple[str, str]]:
    """What is wrong with the job's schema after this edit."""
    document = schema(job)
    edit(document)
    found = read(job, document)
    assert (found.configuration is None) == bool(found.problems)
    return [(each.path, each.reason) for each in found.problems]


def with_scope(*groups: Any, **other: Any) -> Edit:
    return lambda document: mapping_of(document).update(scope={"groups": list(groups), **other})


def clause(name: str, operator: str, *values: Any) -> dict[str, Any]:
    return {"sourceOperandName": name, "operatorName": operator, "targetOperand": {"values": list(values)}}


# --- what is wrong
ROW_FAULTS: list[tuple[int, dict[str, Any], str, str]] = [
    (3, {"targetAttributeName": "phone"}, "[3].targetAttributeName", "The application has no attribute phone. It has"),
    (3, {"targetAttributeName": 7}, "[3].targetAttributeName", "This must be a text, in quotes."),
    (3, {"targetAttributeName": "firstName"}, "[3].targetAttributeName", "firstName is mapped by a row above already"),
    (3, {"matchingPriority": 2}, "[3].matchingPriority", "can't be searched by locale"),
    (3, {"matchingPriority": True}, "[3].matchingPriority", "This must be a whole number from 0 to 100."),
    (3, {"matchingPriority": -1}, "[3].matchingPriority", "This must be a whole number from 0 to 100."),
    (0, {"matchingPriority": 0}, "", "No row matches objects."),
    (3, {"flowType": "ValueAddOnly"}, "[3].flowType", "Write Always or ObjectAddOnly."),
    (3, {"flowBehavior": "FlowAlways"}, "[3].flowBehavior", "Write FlowWhenChanged."),
    (3, {"defaultValue": "x" * 1025}, "[3].defaultValue", "1024 characters at most"),
    (3, {"source": "[mail]"}, "[3].source", "This must be an object, in braces."),
    (3, {"source": {"type": "Attribute", "name": "shoe"}}, "[3].source.name", "The source has no attribute shoe."),
    (3, {"source": {"type": "Magic", "name": "a"}}, "[3].source.type", "Magic is no type of a source."),
    (0, {"source": {"type": "Constant", "name": "a"}}, "[0].matchingPriority", "Everybody has the same value there"),
]


@pytest.mark.parametrize(("row", "edit", "path", "reason"), ROW_FAULTS)
def test_what_is_wrong_with_a_row_is_told_with_its_place(
    job: ProvisioningJob, row: int, edit: dict[str, Any], path: str, reason: str
) -> None:
    problems = told(job, lambda document: rows_of(document)[row].update(edit))

    assert [each for each in problems if each[0] == ROWS + path and reason in each[1]], problems


def test_a_required_attribute_must_be_mapped(job: ProvisioningJob) -> None:
    problems = told(job, lambda document: rows_of(document).pop(1))

    assert problems == [(ROWS, "The application requires firstName. Add a row that maps it.")]


SCOPE_FAULTS: list[tuple[Edit, str, str]] = [
    (with_scope({"name": "a", "clauses": [clause("shoe", "EQUALS", "1")]}), "[0].clauses[0]", "no attribute shoe"),
    (with_scope({"name": "a", "clauses": [clause("city", "LIKES", "1")]}), "[0].clauses[0]", "No operator is called"),
    (
        with_scope({"name": "a", "clauses": [clause("city", "REGEX MATCH", "(")]}),
        "[0].clauses[0]",
        "Correct the pattern",
    ),
    (
        with_scope({"name": "a", "clauses": [clause("manager", "IS NULL")]}),
        "[0].clauses[0]",
        "can't be used in a filter",
    ),
    (with_scope({"name": "a", "clauses": []}), "[0].clauses", "A scoping filter needs a clause."),
    (
        with_scope({"name": "a", "clauses": [clause("city", "EQUALS", "1", "2")]}),
        "[0].clauses[0].targetOperand.values",
        "This must be a list with one value.",
    ),
    (with_scope(3), "[0]", "This must be an object, in braces."),
]


@pytest.mark.parametrize(("edit", "path", "reason"), SCOPE_FAULTS)
def test_what_is_wrong_with_a_filter_is_told_with_its_place(
    job: ProvisioningJob, edit: Edit, path: str, reason: str
) -> None:
    ((found, text), *_others) = told(job, edit)

    assert (found, reason in text) == (f"{MAPPING}.scope.groups{path}", True), text


def test_only_plain_groups_filter(job: ProvisioningJob) -> None:
    problems = told(job, with_scope(inputFilterGroups=[{"name": "a", "clauses": []}]))

    assert [path for path, _reason in problems] == [f"{MAPPING}.scope.inputFilterGroups"]


MAPPING_FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"sourceObjectName": "Device"}, "sourceObjectName", "Device objects are not provisioned to this application"),
    ({"targetObjectName": "Account"}, "targetObjectName", "The application calls these objects User."),
    ({"flowTypes": "Add, Rename"}, "flowTypes", "Rename is no action."),
    ({"enabled": "yes"}, "enabled", "This must be true or false."),
    ({"attributeMappings": {}}, "attributeMappings", "This must be a list."),
]


@pytest.mark.parametrize(("edit", "path", "reason"), MAPPING_FAULTS)
def test_what_is_wrong_with_a_mapping_is_told_with_its_place(
    job: ProvisioningJob, edit: dict[str, Any], path: str, reason: str
) -> None:
    problems = told(job, lambda document: mapping_of(document).update(edit))

    assert [each for each in problems if each[0] == f"{MAPPING}.{path}" and reason in each[1]], problems


def test_a_mapping_must_be_there_once(job: ProvisioningJob) -> None:
    missing = told(job, lambda document: document["synchronizationRules"][0].update(objectMappings=[]))
    twice = told(
        job, lambda document: document["synchronizationRules"][0].update(objectMappings=[mapping_of(document)] * 2)
    )

    assert [(path, reason[:35]) for path, reason in missing] == [
        ("synchronizationRules", "There is no mapping of User objects")
    ]
    assert [path for path, _reason in twice] == ["synchronizationRules[0].objectMappings[1]"]


def test_filters_by_group_and_container_are_refused(job: ProvisioningJob) -> None:
    edit = {"groupFilter": {"includedGroups": ["a"]}, "containerFilter": {"includedContainers": ["b"]}}

    problems = told(job, lambda document: document["synchronizationRules"][0].update(edit))

    assert len(problems) == 2


@pytest.mark.parametrize("document", [None, [], "text", 5, {"synchronizationRules": "none"}, {}])
def test_what_is_no_schema_is_told(job: ProvisioningJob, document: Any) -> None:
    assert read(job, document).problems


def test_everything_is_told_at_once(job: ProvisioningJob) -> None:
    def edit(document: dict[str, Any]) -> None:
        rows_of(document)[3].update(targetAttributeName="phone", flowType="Never")
        mapping_of(document).update(enabled=3, scope={"groups": [{"clauses": []}]})

    assert len(told(job, edit)) == 4


def test_a_target_with_fixed_attributes_takes_no_others(job: ProvisioningJob) -> None:
    custom = {"name": "shoe", "type": "String", "metadata": [{"key": "IsCustomerDefined", "value": "true"}]}

    problems = told(job, lambda document: document["directories"][1]["objects"][0]["attributes"].append(custom))

    assert [(path, "without shoe" in reason) for path, reason in problems] == [
        ("directories[1].objects[0].attributes", True)
    ]


CUSTOM_FAULTS = [
    ({"name": "MAIL"}, "name", "The list has an attribute of this name already."),
    ({"name": "a[b]"}, "name", "Leave out the brackets"),
    ({"name": ""}, "name", "Write the name"),
    ({"name": "a", "type": "Colour"}, "type", "Colour is no type."),
    ({"name": "a", "type": "Reference"}, "type", "only in manager and members"),
    ({"name": "a", "multivalued": 1}, "multivalued", "This must be true or false."),
]


@pytest.mark.parametrize(("edit", "path", "reason"), CUSTOM_FAULTS)
def test_what_is_wrong_with_a_custom_attribute_is_told_with_its_place(
    job: ProvisioningJob, edit: dict[str, Any], path: str, reason: str
) -> None:
    number = len(schema(job)["directories"][0]["objects"][0]["attributes"])
    custom = {**edit, "metadata": [{"key": "IsCustomerDefined", "value": "True"}]}

    problems = told(job, lambda document: document["directories"][0]["objects"][0]["attributes"].append(custom))

    place = f"directories[0].objects[0].attributes[{number}].{path}"
    assert [each for each in problems if each[0] == place and reason in each[1]], problems


# --- what is understood
def test_an_export_from_azure_is_read(job: ProvisioningJob) -> None:
    exported = json.loads((Path(__file__).parent / "azure_export.json").read_text())

    found = read(job, exported)

    assert found.problems == ()
    assert found.configuration is not None
    value = found.configuration[ObjectType.USER]
    assert [(each.target, each.type, each.source, each.flow) for each in value.rules.rules] == [
        ("email", MappingType.DIRECT, "mail", FlowType.ALWAYS),
        ("firstName", MappingType.CONSTANT, "Jo", FlowType.ON_CREATE),
        ("lastName", MappingType.DIRECT, "surname", FlowType.ALWAYS),
    ]
    assert (value.rules.create, value.rules.update, value.rules.delete) == (True, False, True)
    assert value.rules.filters == (
        ScopingFilter(
            title="Scoping filter 1",
            clauses=(Clause(attribute="department", operator=Operator.GREATER_THAN_OR_EQUALS, value="7"),),
        ),
    )
    assert (value.enabled, value.custom) == (True, ())


def test_custom_attributes_are_kept_when_the_directories_are_left_out(job: ProvisioningJob) -> None:
    CustomAttribute.objects.create(mapping=job.mappings.get(), side=Side.SOURCE, name="costCenter")
    current = configuration(job)
    document = schema(job)
    del document["directories"]

    found = read(job, document)

    assert found.configuration == current


def test_custom_attributes_that_are_not_listed_any_more_go(job: ProvisioningJob) -> None:
    CustomAttribute.objects.create(mapping=job.mappings.get(), side=Side.SOURCE, name="costCenter")
    document = schema(job)
    document["directories"][0]["objects"][0]["attributes"].pop()

    found = read(job, document)

    assert found.configuration is not None
    assert [each.name for each in changes(configuration(job), found.configuration)] == ["costCenter"]


def test_a_custom_attribute_can_be_mapped_in_the_same_document(job: ProvisioningJob) -> None:
    document = schema(job)
    custom = {"name": "costCenter", "metadata": [{"key": "IsCustomerDefined", "value": "true"}]}
    document["directories"][0]["objects"][0]["attributes"].append(custom)
    rows_of(document)[3]["source"] = {"type": "Attribute", "name": "costCenter"}

    assert read(job, document).problems == ()
