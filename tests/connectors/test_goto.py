"""GoTo's connector keeps the contract, and does what is GoTo's own, against the stand-in over HTTP."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from provisioning.choices import ObjectType
from provisioning.connectors.goto import GoTo
from provisioning.errors import (
    Conflict,
    CredentialsRejected,
    LicenseLimitExceeded,
    MissingValues,
    PermissionMissing,
    Rejected,
    RetryLater,
    ServerError,
    SettingsInvalid,
    StopJob,
    TooManyRequests,
    UnexpectedAnswer,
    Unreachable,
)
from tests.connectors.conftest import Connect
from tests.connectors.contract import ConnectorContract
from tests.goto_service import GotoService

USER = ObjectType.USER


def person(who: str = "bo@contoso.example", *roles: str) -> Mapping[str, Any]:
    return {
        "email": who,
        "firstName": "Bo",
        "lastName": "Bell",
        "locale": "sv-SE",
        "licenseKeys": roles or ("GoToMeeting",),
    }


def created(target: GoTo, who: str = "bo@contoso.example", *roles: str) -> str:
    return target.create(USER, target.translate(USER, person(who, *roles), {}))


def products(service: GotoService, who: str = "bo@contoso.example") -> set[str]:
    account = service.account(who)
    assert account is not None
    return set(account.get("products", ()))


class TestGoTo(ConnectorContract):
    matching = "email"
    name = "firstName"

    @pytest.fixture
    def target(self, connect: Connect) -> GoTo:
        return connect()

    @pytest.fixture
    def refused(self, connect: Connect) -> GoTo:
        return connect(password="wrong")

    def values(self, who: str) -> Mapping[str, Any]:
        return person(who)


# --- the connection test


def test_a_good_connection_tells_account_users_and_seats(connect: Connect) -> None:
    report = connect().test_connection()

    assert report.signed_in_as == "admin@contoso.example"
    account, users, roles, *_ = map(str, report.findings)
    assert (account, users) == ("Signed in to the GoTo account Contoso.", "Users can be read: 5.")
    assert roles == "Admin roles: SUPER_USER."
    assert any("Licence GoToMeeting:" in str(each) for each in report.findings)


@pytest.mark.parametrize(
    ("settings", "error", "text"),
    [
        ({"password": "wrong"}, CredentialsRejected, "user name or the password"),
        ({"username": "nobody@contoso.example"}, CredentialsRejected, "user name or the password"),
        ({"client_secret": "wrong"}, CredentialsRejected, "client ID or the client secret"),
        ({"client_id": ""}, SettingsInvalid, "client ID is missing"),
        ({"account_key": "12"}, SettingsInvalid, "Account keys it has: .*Contoso"),
        ({"api_url": "http://localhost:1"}, Unreachable, "accepts no connection"),
        ({"api_url": "nonsense"}, SettingsInvalid, "not an address"),
    ],
)
def test_a_bad_connection_names_its_cause(
    connect: Connect, settings: dict[str, str], error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text):
        connect(**settings).test_connection()


@pytest.mark.parametrize(
    ("call", "step"),
    [
        ("token", "signing in at the token address"),
        ("me", "asking who we are"),
        ("users.list", "reading users"),
        ("licenses.list", "reading licences"),
    ],
)
def test_a_connection_test_names_the_step_that_failed(
    connect: Connect, service: GotoService, call: str, step: str
) -> None:
    service.fault(call, "status", status=403)

    with pytest.raises(StopJob) as raised:
        connect().test_connection()

    assert str(raised.value.step).startswith(step)


def test_a_missing_role_is_told_as_the_step_of_the_roles(connect: Connect, service: GotoService) -> None:
    with pytest.raises(PermissionMissing) as raised:
        connect(username=service.helpdesk, password=service.helpdesk_password).test_connection()

    assert str(raised.value.step) == "checking the administrator's roles"


def test_an_administrator_without_team_admin_is_told_so(connect: Connect, service: GotoService) -> None:
    target = connect(username=service.helpdesk, password=service.helpdesk_password)

    with pytest.raises(PermissionMissing, match="Team Admin permissions"):
        target.test_connection()


def test_an_address_of_something_else_is_told_as_such(connect: Connect, service: GotoService) -> None:
    for name in ("api_url", "token_url"):
        with pytest.raises(UnexpectedAnswer, match=r"text/html.* where JSON is due"):
            connect(**{name: f"{service.url}/nowhere"}).test_connection()


def test_no_secret_stands_in_what_was_said(connect: Connect, service: GotoService) -> None:
    target = connect()
    target.test_connection()

    said = repr(target.exchanges())

    assert said.count("Exchange(") == 4
    assert "[hidden]" in said
    assert service.admin_password not in said
    assert service.client_secret not in said
    assert "Bearer " not in said


# --- signing in


def test_a_token_that_expired_is_replaced_and_the_request_repeated(connect: Connect, service: GotoService) -> None:
    target = connect()
    id_ = created(target)
    target.exchanges()

    service.advance_clock(3700)

    assert target.get(USER, id_) is not None
    assert [(each.method, each.status) for each in target.exchanges()] == [("GET", 401), ("POST", 200), ("GET", 200)]


def test_a_password_changed_meanwhile_stops_the_job_at_the_next_sign_in(connect: Connect, service: GotoService) -> None:
    target = connect()
    created(target)
    target.credentials = {**target.credentials, "password": "old"}
    service.advance_clock(3700)

    with pytest.raises(CredentialsRejected):
        target.find(USER, "email", "bo@contoso.example")
    target.exchanges()
    with pytest.raises(CredentialsRejected):
        target.find(USER, "email", "bo@contoso.example")

    assert target.exchanges() == ()  # a refused password is not tried again and again: that locks accounts


# --- licences


def test_roles_become_licences(connect: Connect, service: GotoService) -> None:
    created(connect(), "bo@contoso.example", "GoToMeeting", "OpenVoice")

    assert products(service) >= {"G2M", "OPENVOICE"}


def test_a_role_taken_away_takes_its_licence(connect: Connect, service: GotoService) -> None:
    target = connect()
    id_ = created(target, "bo@contoso.example", "GoToMeeting", "GoToWebinar")
    account = target.get(USER, id_)
    assert account is not None

    wanted = target.translate(USER, {"licenseKeys": ("GoToMeeting",)}, account.attributes)
    target.update(USER, id_, wanted)

    assert products(service) == {"G2M"}


def test_seats_that_run_out_are_told_as_such(connect: Connect) -> None:
    target = connect()
    for number in range(10):
        created(target, f"person{number}@contoso.example", "OpenVoice")

    with pytest.raises(LicenseLimitExceeded) as raised:
        created(target, "eleventh@contoso.example", "OpenVoice")

    assert str(raised.value).startswith("GoToMeeting has no free seat for this licence (OpenVoice, 10 of 10 in use): ")
    assert re.search(r" \(POST /admin/rest/v1/accounts/\d+/users: 4\d\d\)$", str(raised.value))


def test_enabling_without_a_licence_is_refused(connect: Connect) -> None:
    target = connect()
    id_ = created(target)

    with pytest.raises(MissingValues, match="licence"):
        target.enable(USER, id_, {"email": "bo@contoso.example"})


def test_an_active_user_is_suspended_by_disabling(connect: Connect, service: GotoService) -> None:
    target = connect()
    (cy,) = target.find(USER, "email", "cy.cole@contoso.example")
    assert cy.active

    target.disable(USER, cy.id)

    account = service.account("cy.cole@contoso.example")
    assert account is not None
    assert account["status"] == "SUSPENDED"


# --- the connecting administrator


def test_the_portal_never_locks_itself_out(connect: Connect, service: GotoService) -> None:
    target = connect()
    (ourselves,) = target.find(USER, "email", service.admin)

    actions: list[Callable[[], None]] = [
        lambda: target.disable(USER, ourselves.id),
        lambda: target.delete(USER, ourselves.id),
        lambda: target.update(USER, ourselves.id, {"email": "other@contoso.example"}),
    ]
    for action in actions:
        with pytest.raises(Rejected, match="the administrator the portal connects with"):
            action()
    account = service.account(service.admin)
    assert account is not None
    assert account["status"] == "ACTIVE"


# --- faults


@pytest.mark.parametrize(
    ("kind", "more", "error"),
    [
        ("status", {"status": 429, "retry_after": "7"}, TooManyRequests),
        ("status", {"status": 503}, ServerError),
        ("status", {"status": 502, "body": "html"}, ServerError),
        ("html", {}, UnexpectedAnswer),
        ("empty", {}, Unreachable),
    ],
)
def test_a_failing_read_is_for_later(
    connect: Connect, service: GotoService, kind: str, more: dict[str, Any], error: type[RetryLater]
) -> None:
    target = connect()
    id_ = created(target)
    service.fault("users.get", kind, **more)

    with pytest.raises(error) as raised:
        target.get(USER, id_)

    assert raised.value.retry_after == (7 if "retry_after" in more else None)


def test_a_create_that_was_done_but_failed_is_a_conflict_the_next_time(connect: Connect, service: GotoService) -> None:
    target = connect()
    service.fault("users.create", "applied_then_500")

    with pytest.raises(ServerError):
        created(target)
    with pytest.raises(Conflict):
        created(target)
    assert len(target.find(USER, "email", "bo@contoso.example")) == 1


def test_a_refused_page_of_users_is_a_stop_for_the_whole_job(connect: Connect, service: GotoService) -> None:
    target = connect()
    service.fault("users.list", "status", status=403)

    with pytest.raises(StopJob, match="Team Admin"):
        target.find(USER, "email", "bo@contoso.example")
