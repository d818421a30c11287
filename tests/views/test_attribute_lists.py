"""The attribute lists: what there is, and adding, changing and deleting custom attributes."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import AuditEntry
from provisioning.choices import MappingType, Operator, Side
from provisioning.models import AttributeMapping, ConfigurationVersion, CustomAttribute, ObjectMapping, ScopingFilterRow
from tests.factories import make_administrator
from tests.html_forms import fields_of
from tests.views.mapping_pages import address, job_of, make_mapping, make_memory_mapping, send
from tests.views.reading import rows, toasts, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def mapping(monkeypatch: pytest.MonkeyPatch) -> ObjectMapping:
    return make_memory_mapping(monkeypatch)


@pytest.fixture
def fixed() -> ObjectMapping:
    """Of an application that takes no other attributes."""
    return make_mapping()


def list_of(mapping: ObjectMapping, side: str = "source", page: str = "") -> str:
    return address(mapping, f"attributes/{side}/{page}")


def add(mapping: ObjectMapping, name: str = "costCenter", side: Side = Side.SOURCE) -> CustomAttribute:
    return CustomAttribute.objects.create(mapping=mapping, side=side, name=name)


# --- reading
def test_the_mapping_leads_to_both_lists_and_the_schema(signed_in: Client, mapping: ObjectMapping) -> None:
    html = signed_in.get(address(mapping)).content.decode()

    for label in ("Show advanced options", "Supported Attributes", "Review your schema here."):
        assert label in html
    for label, url in (("Azure Active Directory", list_of(mapping)), ("In memory", list_of(mapping, "target"))):
        assert f'href="{url}">Edit attribute list for {label}</a>' in html


def test_a_list_shows_what_each_attribute_is(signed_in: Client, mapping: ObjectMapping) -> None:
    add(mapping)

    source = rows(signed_in.get(list_of(mapping)))
    target = rows(signed_in.get(list_of(mapping, "target")))

    assert "objectId String Yes Yes – – –" in source
    assert "appRoleAssignments String – – Yes – –" in source
    assert "manager Reference – – – – User" in source
    assert "costCenter String – – – – –" in source
    assert "userName String – Yes – – –" in target
    assert "manager Reference – – – Yes User" in target


def test_an_application_with_fixed_attributes_says_so(signed_in: Client, fixed: ObjectMapping) -> None:
    html = signed_in.get(list_of(fixed, "target")).content.decode()

    assert "Citrix GoToMeeting has a fixed list of attributes" in html
    assert 'aria-disabled="true"' in html
    assert signed_in.get(list_of(fixed, "target", "new/")).status_code == 404
    assert signed_in.get(list_of(fixed, "source", "new/")).status_code == 200


@pytest.mark.parametrize("page", ["attributes/nowhere/", "attributes/source/999/", "attributes/source/999/delete/"])
def test_what_there_is_not_is_not_found(signed_in: Client, mapping: ObjectMapping, page: str) -> None:
    assert signed_in.get(address(mapping, page)).status_code == 404


def test_an_attribute_of_the_other_side_is_not_found(signed_in: Client, mapping: ObjectMapping) -> None:
    row = add(mapping, side=Side.TARGET)

    assert signed_in.get(list_of(mapping, "source", f"{row.pk}/")).status_code == 404


def test_the_number_of_queries_does_not_grow(
    signed_in: Client, mapping: ObjectMapping, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for names in ((), ("a", "b", "c")):
        for name in names:
            add(mapping, name)
        with django_assert_num_queries(7):
            signed_in.get(list_of(mapping))


# --- adding and changing
def test_an_attribute_is_added_and_can_be_mapped_then(signed_in: Client, mapping: ObjectMapping) -> None:
    answer = send(signed_in, list_of(mapping, "source", "new/"), "attribute", name="costCenter", type="Integer")

    row, now = CustomAttribute.objects.get(), job_of(mapping)
    assert (answer.status_code, answer["Location"]) == (303, list_of(mapping))
    assert (row.side, row.name, row.type, row.multiple) == ("source", "costCenter", "Integer", False)
    assert (now.saves, now.config_version, now.watermark) == (1, 2, None)
    assert '<option value="costCenter">' in signed_in.get(address(mapping, "new/")).content.decode()


def test_an_added_attribute_can_be_used_in_filters(signed_in: Client, mapping: ObjectMapping) -> None:
    add(mapping)
    url = address(mapping, "new/").replace("/mappings/", "/scoping/")

    assert 'value="costCenter"' in signed_in.get(url).content.decode()


def test_adding_is_audited_and_kept_in_the_history(signed_in: Client, mapping: ObjectMapping) -> None:
    send(signed_in, list_of(mapping, "target", "new/"), "attribute", name="badge", multiple="on")

    entry, version = AuditEntry.objects.get(), ConfigurationVersion.objects.get()
    assert (entry.activity, entry.old) == ("Add attribute to attribute list", None)
    assert (entry.new["object_type"], entry.new["name"], entry.new["multiple"]) == ("User", "badge", True)
    assert (version.activity, version.changes[0]["part"]) == (entry.activity, "target attribute")


@pytest.mark.parametrize(
    ("side", "edits", "reason"),
    [
        ("source", {"name": ""}, "Enter a name."),
        ("source", {"name": "MAIL"}, "The list has an attribute of this name already."),
        ("source", {"name": "costCenter"}, "The list has an attribute of this name already."),
        ("source", {"name": "a[b]"}, "Leave out the brackets"),
        ("source", {"name": "a", "type": "Reference"}, "Select a valid choice."),
        ("target", {"name": "a\x07b"}, "control characters"),
        ("target", {"name": "a", "type": "Reference"}, "Choose of which type the object is"),
        ("target", {"name": "a", "type": "Reference", "references": "User", "multiple": "on"}, "Only the members"),
    ],
)
def test_what_cannot_be_is_told(
    signed_in: Client, mapping: ObjectMapping, side: str, edits: dict[str, str], reason: str
) -> None:
    add(mapping)

    answer = send(signed_in, list_of(mapping, side, "new/"), "attribute", **edits)

    assert (answer.status_code, reason in words(answer)) == (422, True)
    assert CustomAttribute.objects.count() == 1


def test_an_attribute_is_changed(signed_in: Client, mapping: ObjectMapping) -> None:
    row = add(mapping, "badge", Side.TARGET)

    send(
        signed_in, list_of(mapping, "target", f"{row.pk}/"), "attribute", type="Reference", references="User", name="x"
    )

    row.refresh_from_db()
    assert (row.name, row.type, row.references) == ("x", "Reference", "User")


def test_the_referenced_object_is_forgotten_with_the_type(signed_in: Client, mapping: ObjectMapping) -> None:
    url = list_of(mapping, "target", "new/")

    send(signed_in, url, "attribute", name="x", type="String", references="User")

    assert CustomAttribute.objects.get().references == ""


def test_saving_nothing_new_changes_nothing(signed_in: Client, mapping: ObjectMapping) -> None:
    row = add(mapping)

    answer = send(signed_in, list_of(mapping, "source", f"{row.pk}/"), "attribute")

    assert toasts(answer)[0].startswith("Nothing to save")
    assert job_of(mapping).saves == 0


def test_while_it_is_used_only_what_no_row_goes_by_can_be_changed(signed_in: Client, mapping: ObjectMapping) -> None:
    row = add(mapping, "badge", Side.TARGET)
    AttributeMapping.objects.create(mapping=mapping, target="badge", source="mail")
    url = list_of(mapping, "target", f"{row.pk}/")

    send(signed_in, url, "attribute", name="other", multiple="on", exact_case="on")

    row.refresh_from_db()
    assert (row.name, row.multiple, row.exact_case) == ("badge", False, True)
    assert "It is used by the mapping of badge." in words(signed_in.get(url))


def test_two_people_who_change_one_attribute_are_told(signed_in: Client, mapping: ObjectMapping) -> None:
    row = add(mapping)
    url, mia = list_of(mapping, "source", f"{row.pk}/"), Client()
    mia.force_login(make_administrator(display_name="Mia Chen"))
    mine = fields_of(signed_in.get(url).content.decode(), "attribute", name="mine")
    send(mia, url, "attribute", name="hers")

    answer = signed_in.post(url, mine)

    assert answer.status_code == 409
    assert "Name hers mine" in words(answer)
    assert CustomAttribute.objects.get().name == "hers"


# --- deleting
def test_an_attribute_is_deleted_after_asking(signed_in: Client, mapping: ObjectMapping) -> None:
    url = list_of(mapping, "source", f"{add(mapping).pk}/delete/")
    page = signed_in.get(url)

    answer = signed_in.post(url, {"version": "0"})

    assert "Delete costCenter from the list?" in words(page)
    assert (answer.status_code, CustomAttribute.objects.exists()) == (303, False)
    assert AuditEntry.objects.get().activity == "Delete attribute from attribute list"


def test_deleting_asks_again_when_somebody_saved_meanwhile(signed_in: Client, mapping: ObjectMapping) -> None:
    url = list_of(mapping, "source", f"{add(mapping).pk}/delete/")

    answer = signed_in.post(url, {"version": "older"})

    assert (answer.status_code, CustomAttribute.objects.exists()) == (409, True)


@pytest.mark.parametrize("user", ["row", "filter"])
def test_an_attribute_in_use_stays_and_says_why(signed_in: Client, mapping: ObjectMapping, user: str) -> None:
    row = add(mapping)
    if user == "row":
        mapping.rows.filter(target="displayName").update(source="costCenter")
    else:
        clauses = [{"attribute": "costCenter", "operator": Operator.EQUALS, "value": "7"}]
        ScopingFilterRow.objects.create(mapping=mapping, title="Sales", clauses=clauses)

    answer = signed_in.post(list_of(mapping, "source", f"{row.pk}/delete/"), {"version": "0"})

    why = {"row": "the mapping of displayName", "filter": "the scoping filter Sales"}[user]
    assert toasts(answer) == [f"This attribute stays in the list\nIt is used by {why}. Take it out there first."]
    assert CustomAttribute.objects.exists()


def test_a_constant_of_the_same_text_is_no_use(signed_in: Client, mapping: ObjectMapping) -> None:
    row = add(mapping)
    mapping.rows.filter(target="displayName").update(type=MappingType.CONSTANT, source="costCenter")

    signed_in.post(list_of(mapping, "source", f"{row.pk}/delete/"), {"version": "0"})

    assert not CustomAttribute.objects.exists()


def test_restoring_the_defaults_tells_that_it_goes(signed_in: Client, mapping: ObjectMapping) -> None:
    add(mapping)
    url = f"/applications/{mapping.job.application.application_id}/mappings/restore/"

    assert "1 attribute that was added to the attribute lists is removed" in words(signed_in.get(url))
