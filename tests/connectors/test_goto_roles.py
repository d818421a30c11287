"""GoTo's administrator roles, locked identities and limits, against the stand-in over HTTP."""

from typing import Any

import pytest

from provisioning.choices import ObjectType
from provisioning.connectors.goto import GoTo
from provisioning.errors import IdentityLocked, InsufficientRights, Rejected
from tests.connectors.conftest import Connect
from tests.connectors.test_goto import created, person, products
from tests.goto_service import GotoService

USER = ObjectType.USER


def roles_of(service: GotoService, who: str = "bo@contoso.example") -> list[str]:
    account = service.account(who)
    assert account is not None
    return list(account.get("adminRoles", ()))


def with_roles(target: GoTo, *roles: str, **known: Any) -> dict[str, Any]:
    """What a mapping of the app roles to licences and to administrator roles makes of these."""
    values = {**person(), "licenseKeys": roles, "adminRoles": roles}
    return dict(target.translate(USER, values, known))


# --- administrator roles


def test_app_roles_are_told_apart_into_licences_and_administrator_roles(connect: Connect, service: GotoService) -> None:
    target = connect()

    target.create(USER, with_roles(target, "GoToMeeting", "MANAGE_USERS") | {"licenseKeys": ()})

    assert roles_of(service) == ["MANAGE_USERS"]


def test_without_a_row_of_their_own_administrator_roles_give_nothing(connect: Connect, service: GotoService) -> None:
    created(connect(), "bo@contoso.example", "GoToMeeting", "SUPER_USER")

    assert roles_of(service) == []
    assert products(service) == {"G2M"}


def test_a_role_that_is_not_assigned_here_is_taken_away(connect: Connect, service: GotoService) -> None:
    target = connect()
    id_ = created(target)
    service.edit(id_, adminRoles=["RUN_REPORTS"])

    target.update(USER, id_, {"adminRoles": with_roles(target, "MANAGE_USERS")["adminRoles"]})

    assert roles_of(service) == ["MANAGE_USERS"]


def test_roles_are_read_in_the_form_of_translate(connect: Connect, service: GotoService) -> None:
    target = connect()
    id_ = created(target)
    service.edit(id_, adminRoles=["RUN_REPORTS", "A_NEW_ONE"])

    account = target.get(USER, id_)

    assert account is not None
    assert account.attributes["adminRoles"] == ("A_NEW_ONE", "RUN_REPORTS")
    assert target.translate(USER, account.attributes, account.attributes) == account.attributes


def test_enabling_gives_back_only_what_the_mapping_says(connect: Connect, service: GotoService) -> None:
    target = connect()
    id_ = target.create(USER, with_roles(target, "GoToMeeting", "MANAGE_USERS", "RUN_REPORTS") | {"licenseKeys": ()})
    target.disable(USER, id_)
    assert roles_of(service) == []

    target.enable(USER, id_, {"adminRoles": ("RUN_REPORTS",)})

    assert roles_of(service) == ["RUN_REPORTS"]


def test_the_portal_keeps_its_own_roles(connect: Connect, service: GotoService) -> None:
    target = connect()
    (ourselves,) = target.find(USER, "email", service.admin)

    with pytest.raises(Rejected, match="the administrator the portal connects with"):
        target.update(USER, ourselves.id, {"adminRoles": ()})


# --- locked identities


@pytest.mark.parametrize(
    ("lock", "changes", "names"),
    [
        ("nameLocked", {"firstName": "Bosse", "lastName": "Boll"}, "firstName, lastName"),
        ("emailLocked", {"email": "bosse@contoso.example"}, "email"),
        ("identityReadOnly", {"firstName": "Bosse", "locale": "de_DE"}, "firstName, locale"),
    ],
)
def test_what_is_locked_is_skipped_with_the_reason(
    connect: Connect, service: GotoService, lock: str, changes: dict[str, str], names: str
) -> None:
    target = connect()
    id_ = created(target)
    service.edit(id_, **{lock: True})

    with pytest.raises(IdentityLocked, match=f"keeps this of the user locked: {names}"):
        target.update(USER, id_, changes)


def test_what_is_not_locked_is_sent_all_the_same(connect: Connect, service: GotoService) -> None:
    target = connect()
    id_ = created(target)
    service.edit(id_, nameLocked=True)
    webinar = target.translate(USER, person("bo@contoso.example", "GoToWebinar"), {})["licenseKeys"]

    with pytest.raises(IdentityLocked):
        target.update(USER, id_, {"firstName": "Bosse", "licenseKeys": webinar})

    assert products(service) == {"G2M", "G2W"}


def test_somebody_with_a_locked_name_is_enabled_and_told(connect: Connect, service: GotoService) -> None:
    target = connect()
    id_ = created(target)
    target.disable(USER, id_)
    service.edit(id_, identityReadOnly=True)

    with pytest.raises(IdentityLocked, match=r"locked: firstName\. ") as raised:
        target.enable(USER, id_, dict(target.translate(USER, {**person(), "firstName": "Bosse"}, {})))

    assert raised.value.locked == {"firstName"}
    assert products(service) == {"G2M"}


def test_nothing_is_told_of_what_is_locked_with_the_right_value(connect: Connect, service: GotoService) -> None:
    target = connect()
    id_ = created(target)
    target.disable(USER, id_)
    service.edit(id_, identityReadOnly=True)
    service.fault("users.update", "status", status=403)

    target.enable(USER, id_, dict(target.translate(USER, person(), {})))

    assert products(service) == {"G2M"}


@pytest.mark.parametrize("changes", [{"firstName": "Bosse"}, {"adminRoles": ("RUN_REPORTS",)}])
def test_a_refusal_without_a_lock_stays_what_it_is(
    connect: Connect, service: GotoService, changes: dict[str, Any]
) -> None:
    target = connect()
    id_ = created(target)
    service.fault("users.update", "status", status=403)

    with pytest.raises(InsufficientRights):
        target.update(USER, id_, changes)


# --- limits


def test_a_locale_that_goto_would_refuse_is_not_sent(connect: Connect) -> None:
    target = connect()
    id_ = created(target)
    target.exchanges()

    with pytest.raises(Rejected, match="en-US is no locale"):
        target.update(USER, id_, {"locale": "en-US"})
    assert target.exchanges() == ()


def test_goto_gets_ten_requests_a_second() -> None:
    assert GoTo.requests_per_second == 10.0
