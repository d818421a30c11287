"""What a mapping may name, with the attributes that were added, and that the engine sends them."""

import pytest

from provisioning.choices import AttributeType, ObjectType, Side
from provisioning.connectors.memory import Memory
from provisioning.directory.attributes import GROUP_ATTRIBUTES, USER_ATTRIBUTES
from provisioning.jobs import load, rules, schemas
from provisioning.models import AttributeMapping, CustomAttribute, ObjectMapping, ObjectStateRow
from tests.factories import make_group, make_job
from tests.jobs.world import RowWorld

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture
def mapping(rows: RowWorld) -> ObjectMapping:
    return rows.job.mappings.get(object_type=ObjectType.USER)


def add(mapping: ObjectMapping, side: Side, name: str, **values: object) -> CustomAttribute:
    return CustomAttribute.objects.create(mapping=mapping, side=side, name=name, **values)


def test_users_have_the_attributes_of_the_directory_and_added_ones(mapping: ObjectMapping) -> None:
    add(mapping, Side.SOURCE, "costCenter", type=AttributeType.INTEGER, multiple=True)
    add(mapping, Side.TARGET, "notOfTheSource")

    found = {each.name: each for each in schemas.source_schema(mapping)}

    assert {*USER_ATTRIBUTES, "manager", "extensionAttribute1", "extensionAttribute15"} <= found.keys()
    assert "notOfTheSource" not in found
    assert [each.name for each in found.values() if each.custom] == ["costCenter"]
    assert (found["costCenter"].type, found["costCenter"].multiple) == ("Integer", True)
    assert (found["manager"].type, found["appRoleAssignments"].multiple) == ("Reference", True)
    assert [each.name for each in found.values() if each.anchor] == ["objectId"]


def test_groups_have_attributes_of_their_own(rows: RowWorld) -> None:
    mapping = rows.job.mappings.get(object_type=ObjectType.GROUP)

    names = {each.name for each in schemas.source_schema(mapping)}

    assert names == {*GROUP_ATTRIBUTES, "members"}


def test_every_attribute_that_is_loaded_of_a_group_is_one_that_mappings_may_name(rows: RowWorld) -> None:
    group = make_group("Staff", mail="a@contoso.example", mail_nickname="a", description="b")

    (candidate,) = load.candidates(rows.job, ObjectType.GROUP, [group.pk])

    assert set(candidate.source.attributes) == set(GROUP_ATTRIBUTES) - {"IsSoftDeleted"}  # calculated by the walk


def test_a_target_that_takes_custom_attributes_has_them_after_its_own(mapping: ObjectMapping) -> None:
    add(mapping, Side.TARGET, "badge", required=True, exact_case=True)

    schema = schemas.target_schema(mapping)

    assert [each.name for each in schema.attributes][-1] == "badge"
    badge = schema.attribute("badge")
    assert badge is not None
    assert (badge.required, badge.exact_case, badge.can_match) == (True, True, False)
    assert Memory.schemas[ObjectType.USER].attribute("badge") is None


def test_a_target_with_fixed_attributes_has_no_others() -> None:
    mapping = make_job().mappings.get()
    add(mapping, Side.TARGET, "badge")

    assert schemas.target_schema(mapping).attribute("badge") is None
    assert schemas.added_to(mapping.job.application) == {}


def test_the_connector_of_a_job_knows_them(mapping: ObjectMapping) -> None:
    add(mapping, Side.TARGET, "badge")

    connector = rules.connector(mapping.job.application, {})

    assert connector.schema(ObjectType.USER).attribute("badge")
    assert not connector.schema(ObjectType.GROUP).attribute("badge")


def test_an_extension_attribute_flows_into_a_custom_attribute(rows: RowWorld, mapping: ObjectMapping) -> None:
    add(mapping, Side.SOURCE, "badges")
    add(mapping, Side.TARGET, "badge", multiple=True)
    AttributeMapping.objects.create(mapping=mapping, target="badge", source="badges")
    bo = rows.person(extensions={"badges": ["b", "a"], "empty": "", "city": "not the city", "deep": {"a": 1}})

    rows.cycle()

    state = ObjectStateRow.objects.get(source_key=bo.pk)
    assert rows.service.users[state.target_id].attributes["badge"] == ("a", "b")


def test_a_manager_flows_into_a_custom_reference_once_there_is_an_account(
    rows: RowWorld, mapping: ObjectMapping
) -> None:
    add(mapping, Side.TARGET, "boss", type=AttributeType.REFERENCE, references=ObjectType.USER)
    mapping.rows.filter(target="manager").update(target="boss")
    boss = rows.person()
    bo = rows.person(manager=boss)
    rows.cycle()

    accounts = dict(ObjectStateRow.objects.values_list("source_key", "target_id"))

    assert rows.service.users[accounts[bo.pk]].attributes["boss"] == accounts[boss.pk]


def test_extension_attributes_never_hide_those_of_the_directory(rows: RowWorld) -> None:
    bo = rows.person(city="Bergen", extensions={"city": "Oslo", "level": 3, "tags": [], "deep": {"a": 1}})

    (candidate,) = load.candidates(rows.job, ObjectType.USER, [bo.pk])

    attributes = candidate.source.attributes
    assert (attributes["city"], attributes["level"]) == ("Bergen", 3)
    assert not {"tags", "deep"} & attributes.keys()
