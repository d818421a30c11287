"""Schemas in Microsoft's form: what they hold, and that reading one back changes nothing."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provisioning.choices import AttributeType, ObjectType, Operator, Side
from provisioning.jobs.configuration import Configuration, apply, configuration
from provisioning.jobs.configuration_changes import changes
from provisioning.jobs.schema_json import schema_of, text_of
from provisioning.jobs.schema_reading import read_text
from provisioning.models import CustomAttribute, ProvisioningJob, ScopingFilterRow
from tests.factories import make_job
from tests.jobs.configurations import CONFIGURATIONS
from tests.jobs.world import RowWorld

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


# The job goes from one example to the next as it was left: from any configuration one can go to any other.
on_the_same_job = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture
def job(rows: RowWorld) -> ProvisioningJob:
    return rows.job


def test_the_gallery_mappings_of_goto_are_a_schema() -> None:
    job = make_job()

    schema = schema_of(job, configuration(job))

    (rule,) = schema["synchronizationRules"]
    (mapping,) = rule["objectMappings"]
    assert (rule["sourceDirectoryName"], rule["targetDirectoryName"]) == (
        "Azure Active Directory",
        "Citrix GoToMeeting",
    )
    assert (mapping["sourceObjectName"], mapping["targetObjectName"], mapping["scope"]) == ("User", "User", None)
    assert (mapping["flowTypes"], mapping["enabled"]) == ("Add, Update", True)
    assert mapping["attributeMappings"][0] == {
        "defaultValue": None,
        "exportMissingReferences": False,
        "flowBehavior": "FlowWhenChanged",
        "flowType": "Always",
        "matchingPriority": 1,
        "targetAttributeName": "email",
        "source": {
            "expression": "[userPrincipalName]",
            "name": "userPrincipalName",
            "parameters": [],
            "type": "Attribute",
        },
    }


def test_each_object_of_a_directory_has_one_anchor(job: ProvisioningJob) -> None:
    directories = schema_of(job, configuration(job))["directories"]

    objects = [each for directory in directories for each in directory["objects"]]
    anchors = [[name["name"] for name in each["attributes"] if name["anchor"]] for each in objects]
    assert anchors == [["objectId"], ["objectId"], ["id"], ["id"]]


def test_a_constant_is_quoted_in_its_expression(job: ProvisioningJob) -> None:
    mapping = job.mappings.get(object_type=ObjectType.USER)
    mapping.rows.filter(target="displayName").update(type="Constant", source='say "\\o/"')

    rows = schema_of(job, configuration(job))["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"]

    source = next(each["source"] for each in rows if each["targetAttributeName"] == "displayName")
    assert (source["name"], source["expression"]) == ('say "\\o/"', r'"say \"\\o/\""')


def test_scoping_filters_are_groups_of_clauses(job: ProvisioningJob) -> None:
    mapping = job.mappings.get(object_type=ObjectType.USER)
    clauses = [
        {"attribute": "department", "operator": Operator.INCLUDES, "value": "Sal"},
        {"attribute": "mail", "operator": Operator.IS_NOT_NULL, "value": ""},
    ]
    ScopingFilterRow.objects.create(mapping=mapping, title="Sales", clauses=clauses)

    scope = schema_of(job, configuration(job))["synchronizationRules"][0]["objectMappings"][0]["scope"]

    assert scope["groups"] == [
        {
            "name": "Sales",
            "clauses": [
                {
                    "operatorName": "Includes",
                    "sourceOperandName": "department",
                    "targetOperand": {"values": ["Sal"]},
                },
                {"operatorName": "IS NOT NULL", "sourceOperandName": "mail", "targetOperand": {"values": []}},
            ],
        }
    ]


def test_custom_attributes_carry_their_mark(job: ProvisioningJob) -> None:
    mapping = job.mappings.get(object_type=ObjectType.USER)
    CustomAttribute.objects.create(
        mapping=mapping, side=Side.TARGET, name="boss", type=AttributeType.REFERENCE, references=ObjectType.USER
    )

    target = schema_of(job, configuration(job))["directories"][1]["objects"][0]["attributes"][-1]

    assert (target["name"], target["type"]) == ("boss", "Reference")
    assert target["metadata"] == [{"key": "IsCustomerDefined", "value": "True"}]
    assert target["referencedObjects"][0]["referencedObjectName"] == "User"


@on_the_same_job
@given(wanted=CONFIGURATIONS)
def test_what_was_written_is_read_back_whatever_it_is(job: ProvisioningJob, wanted: Configuration) -> None:
    text = text_of(schema_of(job, wanted))

    read = read_text(job, configuration(job), text)

    assert read.problems == ()
    assert read.configuration == wanted


@on_the_same_job
@given(wanted=CONFIGURATIONS)
def test_what_was_read_is_what_is_stored_then(job: ProvisioningJob, wanted: Configuration) -> None:
    apply(job, wanted)

    assert configuration(job) == wanted


def test_reading_what_there_is_changes_nothing(job: ProvisioningJob) -> None:
    current = configuration(job)

    read = read_text(job, current, json.dumps(schema_of(job, current)))

    assert read.configuration is not None
    assert changes(current, read.configuration) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places_in(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with each of its keys."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from places_in(value[key])


@on_the_same_job
@given(data=st.data())
def test_whatever_stands_anywhere_in_a_schema_is_read_or_told(job: ProvisioningJob, data: st.DataObject) -> None:
    current = configuration(job)
    schema = schema_of(job, data.draw(CONFIGURATIONS))
    container, key = data.draw(st.sampled_from(list(places_in(schema))))
    container[key] = data.draw(JSON)

    read = read_text(job, current, json.dumps(schema))

    assert (read.configuration is None) == bool(read.problems)
    assert len(read.problems) == len(set(read.problems))
