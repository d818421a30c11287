"""GoTo's SCIM connector keeps the contract, and does what is SCIM's own, against the stand-in over HTTP."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from provisioning.choices import ObjectType
from provisioning.connectors.goto_scim import GoToScim
from provisioning.errors import (
    CredentialsRejected,
    MissingValues,
    PermissionMissing,
    Rejected,
    SettingsInvalid,
    StopJob,
    UnexpectedAnswer,
)
from tests.connectors.connecting import connecting
from tests.connectors.contract import ContractWithoutDisabling
from tests.goto_service import GotoService

USER = ObjectType.USER
Connect = Callable[..., GoToScim]


@pytest.fixture
def scim(service: GotoService) -> Iterator[Connect]:
    with connecting(service, GoToScim) as connect:
        yield connect


def person(who: str = "bo@contoso.example") -> Mapping[str, Any]:
    return {
        "userName": who,
        "name.givenName": "Bo",
        "name.familyName": "Bell",
        "displayName": "Bo Bell",
        "locale": "sv-SE",
        "timezone": "Europe/Stockholm",
    }


def created(target: GoToScim, who: str = "bo@contoso.example") -> str:
    return target.create(USER, target.translate(USER, person(who), {}))


class TestGoToScim(ContractWithoutDisabling):
    matching = "userName"
    name = "name.givenName"

    @pytest.fixture
    def target(self, scim: Connect) -> GoToScim:
        return scim()

    @pytest.fixture
    def refused(self, scim: Connect) -> GoToScim:
        return scim(password="wrong")

    def values(self, who: str) -> Mapping[str, Any]:
        return person(who)


# --- the connection test


def test_a_good_connection_tells_who_we_are_and_that_users_can_be_read(scim: Connect) -> None:
    report = scim().test_connection()

    assert report.signed_in_as == "admin@contoso.example"
    assert [str(each) for each in report.findings] == ["Users of the organization can be read: 5."]


def test_an_administrator_of_the_account_only_is_told_so(scim: Connect, service: GotoService) -> None:
    target = scim(username=service.helpdesk, password=service.helpdesk_password)

    with pytest.raises(PermissionMissing, match="ROLE_ORG_READ") as raised:
        target.test_connection()
    assert str(raised.value.step) == "reading users"


@pytest.mark.parametrize(
    ("call", "step"), [("token", "signing in"), ("scim.me.get", "asking who we are"), ("scim.users.list", "reading")]
)
def test_the_step_that_failed_is_named(scim: Connect, service: GotoService, call: str, step: str) -> None:
    service.fault(call, "status", status=404)

    with pytest.raises(StopJob) as raised:
        scim().test_connection()

    assert str(raised.value.step).startswith(step)


def test_any_method_of_signing_in_will_do(scim: Connect, service: GotoService) -> None:
    target = scim(sign_in="personal_access_token", pat=service.admin_pat, username="", password="")

    assert target.test_connection().signed_in_as == service.admin


# --- signing in


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_ended_is_replaced_whatever_status_tells_it(
    scim: Connect, service: GotoService, status: int
) -> None:
    target = scim()
    id_ = created(target)
    service.strict(scim_bad_token_status=status)
    target.exchanges()

    service.advance_clock(3700)

    assert target.get(USER, id_) is not None
    assert [each.status for each in target.exchanges()] == [status, 200, 200]


def test_a_new_token_that_is_refused_stops_the_job(scim: Connect, service: GotoService) -> None:
    service.fault("scim.users.get", "status", status=403, times=0)

    with pytest.raises(CredentialsRejected):
        scim().get(USER, "77")


# --- people


def test_half_a_name_is_sent_with_its_other_half(scim: Connect) -> None:
    target = scim()
    id_ = created(target)
    target.exchanges()

    target.update(USER, id_, {"name.givenName": "Bosse"})

    assert target.exchanges()[-1].request == '{"name": {"givenName": "Bosse", "familyName": "Bell"}}'


def test_a_domain_that_is_not_verified_is_this_persons_failure(scim: Connect) -> None:
    with pytest.raises(Rejected):
        created(scim(), "bo@elsewhere.example")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"userName": ""}, MissingValues),
        ({"userName": f"{'a' * 129}@contoso.example"}, Rejected),
        ({"name.givenName": "a" * 61}, Rejected),
        ({"locale": "en-US"}, Rejected),
    ],
)
def test_values_that_goto_would_refuse_are_not_sent(
    scim: Connect, changes: dict[str, str], error: type[Exception]
) -> None:
    target = scim()
    id_ = created(target)
    target.exchanges()

    with pytest.raises(error):
        target.update(USER, id_, changes)
    assert not [each for each in target.exchanges() if each.method == "PATCH"]


def test_who_is_deleted_leaves_the_organization_and_stays_in_the_account(scim: Connect, service: GotoService) -> None:
    target = scim()
    id_ = created(target)

    target.delete(USER, id_)

    assert target.get(USER, id_) is None
    assert service.account("bo@contoso.example") is not None


def test_the_portal_never_removes_itself(scim: Connect, service: GotoService) -> None:
    target = scim()
    (ourselves,) = target.find(USER, "userName", service.admin)

    actions: list[Callable[[], None]] = [
        lambda: target.delete(USER, ourselves.id),
        lambda: target.update(USER, ourselves.id, {"userName": "other@contoso.example"}),
    ]
    for action in actions:
        with pytest.raises(Rejected, match="the administrator the portal connects with"):
            action()


def test_enabling_sends_the_values(scim: Connect) -> None:
    target = scim()
    id_ = created(target)

    target.enable(USER, id_, {"displayName": "Bosse"})

    account = target.get(USER, id_)
    assert account is not None
    assert account.attributes["displayName"] == "Bosse"


def test_nobody_is_disabled(scim: Connect) -> None:
    with pytest.raises(SettingsInvalid, match="no switch"):
        scim().disable(USER, "77")


# --- lists


def test_a_list_without_pages_is_a_whole_one(scim: Connect, service: GotoService) -> None:
    service.strict(scim_users_paging=False)
    target = scim()
    target.page_size = 2

    page = target.list(USER)

    assert (len(page.objects), page.next, page.total) == (5, "", 5)


def test_a_list_that_ends_before_its_total_is_not_believed(scim: Connect, service: GotoService) -> None:
    service.fault("scim.users.list", "short_list", keep=0)

    with pytest.raises(UnexpectedAnswer, match="ends after 0 of 5"):
        scim().list(USER)


def test_reads_are_those_of_this_moment(scim: Connect, service: GotoService) -> None:
    target = scim()
    service.fault("scim.users.list", "stale_read", times=0)

    id_ = created(target)

    assert [each.id for each in target.find(USER, "userName", "bo@contoso.example")] == [id_]
