"""Every fault that the stand-in knows, and the family of the error it is: skip, later, or stop."""

from typing import Any

import pytest

from provisioning.choices import ObjectType
from provisioning.errors import (
    Conflict,
    CredentialsRejected,
    InsufficientRights,
    PermissionMissing,
    ProvisioningError,
    Rejected,
    RequestTimeout,
    RetryLater,
    ServerError,
    SettingsInvalid,
    SkipObject,
    StopJob,
    TargetObjectMissing,
    TooManyRequests,
    UnexpectedAnswer,
    Unreachable,
)
from provisioning.wire.session import Session
from tests.connectors.conftest import Connect
from tests.connectors.test_goto import created
from tests.goto_service import GotoService

USER = ObjectType.USER
Fault = tuple[str, dict[str, Any]]
Families = tuple[type[ProvisioningError], type[ProvisioningError]]
"""What happens next, and the situation itself."""


def refused(status: int) -> Fault:
    return "status", {"status": status}


@pytest.mark.parametrize(
    ("fault", "families"),
    [
        (refused(400), (SkipObject, Rejected)),
        (refused(403), (SkipObject, InsufficientRights)),
        (refused(404), (SkipObject, TargetObjectMissing)),
        (refused(409), (SkipObject, Conflict)),
        (refused(408), (RetryLater, RequestTimeout)),
        (refused(429), (RetryLater, TooManyRequests)),
        (refused(500), (RetryLater, ServerError)),
        (refused(502), (RetryLater, ServerError)),
        (refused(503), (RetryLater, ServerError)),
        (refused(504), (RetryLater, ServerError)),
        (("html", {}), (RetryLater, UnexpectedAnswer)),
        (("empty", {}), (RetryLater, Unreachable)),
        (("reset", {}), (RetryLater, Unreachable)),
        (("hang", {"seconds": 5}), (RetryLater, RequestTimeout)),
        (("applied_then_500", {}), (RetryLater, ServerError)),
        (("applied_then_html", {}), (RetryLater, UnexpectedAnswer)),
        (("applied_then_empty", {}), (RetryLater, Unreachable)),
        (("applied_then_reset", {}), (RetryLater, Unreachable)),
        (("applied_then_hang", {"seconds": 5}), (RetryLater, RequestTimeout)),
    ],
)
def test_a_fault_while_a_user_is_changed_is_of_its_family(
    connect: Connect, service: GotoService, fault: Fault, families: Families
) -> None:
    target = connect()
    id_ = created(target)
    service.fault("users.update", fault[0], **fault[1])
    if isinstance(target.session, Session):
        target.session.timeout = 0.5 if fault[0].endswith("hang") else 10

    with pytest.raises(families[1]) as raised:
        target.update(USER, id_, {"lastName": "Boll"})

    assert isinstance(raised.value, families[0])


@pytest.mark.parametrize(
    ("call", "fault", "families"),
    [
        ("token", ("rejected", {"times": 0}), (StopJob, CredentialsRejected)),
        ("token", refused(503), (RetryLater, ServerError)),
        ("token", refused(429), (RetryLater, TooManyRequests)),
        ("me", ("rejected", {"times": 0}), (StopJob, PermissionMissing)),
        ("me", refused(404), (StopJob, SettingsInvalid)),
        ("users.list", refused(403), (StopJob, PermissionMissing)),
        ("users.list", refused(502), (RetryLater, ServerError)),
        ("users.list", ("short_list", {"times": 0}), (RetryLater, UnexpectedAnswer)),
    ],
)
def test_a_fault_while_looking_for_a_user_is_of_its_family(
    connect: Connect, service: GotoService, call: str, fault: Fault, families: Families
) -> None:
    service.fault(call, fault[0], **fault[1])

    with pytest.raises(families[1]) as raised:
        connect().find(USER, "email", "cy.cole@contoso.example")

    assert isinstance(raised.value, families[0])


def test_an_answer_to_another_filter_is_sifted(connect: Connect, service: GotoService) -> None:
    service.fault("users.list", "ignore_filter")

    found = connect().find(USER, "email", "cy.cole@contoso.example")

    assert [each.label for each in found] == ["cy.cole@contoso.example"]
