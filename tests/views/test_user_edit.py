"""Adding and changing a person: every attribute, checks at the field, and two who save at once."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Account, AuditEntry
from provisioning.choices import ObjectType, Side
from provisioning.models import CustomAttribute, Directory, User
from tests.factories import change_user, make_application, make_user
from tests.html_forms import fields_of
from tests.views.reading import toasts, words


def url_of(user: User, deed: str = "") -> str:
    return f"/users/{user.object_id}/{deed}"


def form_of(client: Client, url: str, **edits: Any) -> dict[str, str]:
    """What a browser would send from the page, with these edits."""
    return fields_of(client.get(url).content.decode(), "edit", **edits)


def test_adding_a_user(signed_in: Client) -> None:
    data = form_of(
        signed_in, "/users/new/", display_name="Ann Berg", user_principal_name="ann@contoso.example", country="Sweden"
    )

    answer = signed_in.post("/users/new/", data)

    user = User.objects.get()
    assert (answer.status_code, answer.url) == (303, url_of(user))
    assert toasts(answer) == ["Ann Berg was added\nApplications follow with their next cycle."]
    assert (user.country, user.account_enabled, user.user_type) == ("Sweden", True, "Member")
    assert user.change == Directory.objects.the_one().head
    assert AuditEntry.objects.get().new["user_principal_name"] == "ann@contoso.example"


def test_manager_and_extension_attributes_are_saved(signed_in: Client) -> None:
    boss = make_user(user_principal_name="boss@contoso.example")
    mapping = make_application().job.mappings.get(object_type=ObjectType.USER)
    CustomAttribute.objects.create(mapping=mapping, side=Side.SOURCE, name="costCenter")
    user = make_user(extensions={"grade": 7, "teams": ["a", "b"], "odd": {"x": 1}})
    edits = {"manager": "BOSS@contoso.example", "extension.costCenter": "42", "extension.extensionAttribute2": " B "}
    data = form_of(signed_in, url_of(user, "edit/"), **edits)
    assert data["extension.teams"] == "a\nb"

    assert signed_in.post(url_of(user, "edit/"), data).status_code == 303

    user.refresh_from_db()
    assert user.manager == boss
    assert user.extensions == {
        "grade": 7, "teams": ["a", "b"], "odd": {"x": 1}, "costCenter": "42", "extensionAttribute2": "B",
    }  # fmt: skip

    edits = {"manager": str(boss.object_id), "extension.costCenter": "", "extension.teams": "a\r\nc"}
    signed_in.post(url_of(user, "edit/"), form_of(signed_in, url_of(user, "edit/"), **edits))

    user.refresh_from_db()
    assert user.extensions == {"grade": 7, "teams": ["a", "c"], "odd": {"x": 1}, "extensionAttribute2": "B"}
    assert AuditEntry.objects.first().old == {"costCenter": "42", **AuditEntry.objects.first().old}


def test_a_manager_nobody_knows_or_oneself_is_refused(signed_in: Client) -> None:
    user = make_user()

    for name, text in (
        ("nobody@contoso.example", "Nobody in the directory has this name."),
        (user.user_principal_name, "Nobody can be their own manager."),
    ):
        answer = signed_in.post(url_of(user, "edit/"), form_of(signed_in, url_of(user, "edit/"), manager=name))
        assert answer.status_code == 422
        assert text in words(answer)


def test_the_second_of_two_clicks_on_save_meets_the_name(signed_in: Client) -> None:
    data = form_of(signed_in, "/users/new/", display_name="Ann", user_principal_name="ann@contoso.example")
    signed_in.post("/users/new/", data)

    answer = signed_in.post("/users/new/", {**data, "user_principal_name": "ANN@contoso.example"})

    assert answer.status_code == 422
    assert "User principal name: Another user has this user principal name." in words(answer)
    assert User.objects.count() == 1


def test_the_name_of_a_deleted_user_can_be_given_again(signed_in: Client) -> None:
    make_user(user_principal_name="ann@contoso.example", deleted_at=timezone.now())
    data = form_of(signed_in, "/users/new/", display_name="Ann", user_principal_name="ann@contoso.example")

    assert signed_in.post("/users/new/", data).status_code == 303


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("display_name", ""),
        ("display_name", "x" * 257),
        ("given_name", "a\0b"),
        ("user_principal_name", "no address"),
        ("user_principal_name", "a@" + "b" * 300 + ".example"),
        ("mail", "nowhere"),
        ("mail_nickname", "a b"),
        ("preferred_language", "english, please"),
        ("user_type", "Robot"),
        ("employee_id", "1" * 17),
        ("extension.extensionAttribute1", "x" * 1025),
    ],
)
def test_what_does_not_do_is_refused_at_its_field_and_nothing_is_saved(
    signed_in: Client, field: str, value: str
) -> None:
    user = make_user(display_name="Ann")
    head = Directory.objects.the_one().head

    answer = signed_in.post(url_of(user, "edit/"), form_of(signed_in, url_of(user, "edit/"), **{field: value}))

    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert Directory.objects.the_one().head == head


def test_a_field_is_checked_as_soon_as_it_is_left(signed_in: Client) -> None:
    make_user(user_principal_name="ann@contoso.example")
    user = make_user()
    data = form_of(signed_in, url_of(user, "edit/"), user_principal_name="Ann@contoso.example", mail="nowhere")

    def told(name: str, url: str = url_of(user, "check/")) -> str:
        return words(signed_in.post(f"{url}?field={name}", data))

    assert told("user_principal_name") == "Another user has this user principal name."
    assert told("user_principal_name", "/users/new/check/") == "Another user has this user principal name."
    assert told("mail") == "Write it like name@contoso.example."
    assert told("display_name") == ""
    assert told("version") == ""
    assert User.objects.count() == 2


def test_people_are_suggested_by_the_beginning_of_their_name(signed_in: Client) -> None:
    make_user(display_name="Ann Berg", user_principal_name="ann@contoso.example")
    make_user(display_name="Bo Ek")
    make_user(display_name="Anders", deleted_at=timezone.now())

    part = signed_in.get("/users/suggestions/", {"manager": "an"})

    assert part.content.decode().strip() == '<option value="ann@contoso.example">Ann Berg</option>'
    assert signed_in.get("/users/suggestions/").content.decode().strip() == ""


def test_changing_a_user_writes_what_changed_with_a_change_number_and_an_audit_entry(
    signed_in: Client, administrator: Account
) -> None:
    user = make_user(user_principal_name="ann@contoso.example", department="Sales")
    data = form_of(signed_in, url_of(user, "edit/"), department="Legal", account_enabled=None)

    answer = signed_in.post(url_of(user, "edit/"), data)

    before, user = user.change, User.objects.get()
    assert (answer.status_code, answer.url) == (303, url_of(user))
    assert (user.department, user.account_enabled) == ("Legal", False)
    assert user.change == Directory.objects.the_one().head > before
    entry = AuditEntry.objects.get()
    assert (entry.who, entry.activity, entry.target) == (administrator, "Update user", "ann@contoso.example")
    assert entry.old == {"department": "Sales", "account_enabled": True}
    assert entry.new == {"department": "Legal", "account_enabled": False}


def test_saving_without_an_edit_takes_no_number(signed_in: Client) -> None:
    user = make_user()
    before = Directory.objects.the_one().head

    assert signed_in.post(url_of(user, "edit/"), form_of(signed_in, url_of(user, "edit/"))).status_code == 303
    assert Directory.objects.the_one().head == before


def test_a_guest_can_be_saved_with_the_marker_in_the_name(signed_in: Client) -> None:
    user = make_user(user_principal_name="bo_fabrikam.example#EXT#@contoso.example", user_type="Guest")
    data = form_of(signed_in, url_of(user, "edit/"), city="Oslo")

    assert signed_in.post(url_of(user, "edit/"), data).status_code == 303


def test_a_type_that_only_the_source_knows_is_kept(signed_in: Client) -> None:
    user = make_user(user_type="Contractor")

    signed_in.post(url_of(user, "edit/"), form_of(signed_in, url_of(user, "edit/"), city="Oslo"))

    assert (User.objects.get().user_type, User.objects.get().city) == ("Contractor", "Oslo")


def test_whoever_saves_second_is_told_what_the_first_changed(signed_in: Client) -> None:
    user = make_user(department="Sales", city="Oslo")
    data = form_of(signed_in, url_of(user, "edit/"), department="Legal")
    change_user(user, department="Finance", city="Bergen")

    answer = signed_in.post(url_of(user, "edit/"), data)

    assert answer.status_code == 409
    assert "Department Finance Legal" in words(answer)
    assert "City Bergen Not edited by you" in words(answer)
    assert User.objects.get().department == "Finance"


def test_saving_once_more_keeps_ones_own_edits_and_takes_over_the_others(signed_in: Client) -> None:
    user = make_user(department="Sales", city="Oslo")
    data = form_of(signed_in, url_of(user, "edit/"), department="Legal")
    change_user(user, department="Finance", city="Bergen", account_enabled=False)
    told = signed_in.post(url_of(user, "edit/"), data)

    answer = signed_in.post(url_of(user, "edit/"), fields_of(told.content.decode(), "edit"))

    user = User.objects.get()
    assert answer.status_code == 303
    assert (user.department, user.city, user.account_enabled) == ("Legal", "Bergen", False)


def test_a_deleted_user_is_restored_before_they_are_changed(signed_in: Client) -> None:
    user = make_user(display_name="Ann")
    data = form_of(signed_in, url_of(user, "edit/"), city="Oslo")
    change_user(user, deleted_at=timezone.now())

    asked, sent = signed_in.get(url_of(user, "edit/")), signed_in.post(url_of(user, "edit/"), data)

    assert (asked.status_code, asked.url) == (303, url_of(user))
    assert toasts(sent)[-1] == "This user is deleted. Restore them first."
    assert User.objects.get().city == ""
