"""One portal as the source of another: over HTTPS with a local authority, real msal, real delta paging, real faults.

By hand with a large tenant: PORTAL_TEST_SOURCE_USERS=20000 pytest -k equals on this file.
"""

import os
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from itertools import count
from typing import Any

import pytest
import requests
from django.utils import timezone
from pytest_django import Settings

from provisioning.choices import ImportKind, ImportStatus
from provisioning.jobs.imports import asking, run
from provisioning.models import Directory, Group, Import, Membership, User
from tests.factories import make_directory
from tests.jobs.source_portal import SourcePortal, Spoil, source_portal
from tests.wire.servers import answer, local_authority

USERS = int(os.environ.get("PORTAL_TEST_SOURCE_USERS", "430"))
GROUPS = 12
"""So many that users, groups with members and the recycle bin come over several pages."""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SourcePortal]:
    folder = tmp_path_factory.mktemp("source")
    with source_portal(folder, local_authority(folder), users=USERS, groups=GROUPS) as portal:
        yield portal


@pytest.fixture
def directory(portal: SourcePortal, transactional_db: None, settings: Settings) -> Directory:
    """Of the portal that reads, in this process."""
    settings.PORTAL_ALLOW_PRIVATE = True
    directory = make_directory(source="graph")
    directory.lock(portal.settings)
    directory.save()
    portal.spoil = None
    portal.asked.clear()
    return directory


def imported(directory: Directory) -> Import:
    """An import to its end, by one task after another; the waiting that the source asked for is skipped."""
    found = asking.ask(directory.pk, timezone.now())
    for _ in range(40):
        run.run(found.pk)
        found.refresh_from_db()
        if found.status != ImportStatus.RUNNING:
            break
        Import.objects.filter(pk=found.pk).update(not_before=None)
    return found


def there(portal: SourcePortal) -> dict[str, Any]:
    """What the source holds, straight from its database: who is present, and who of those is linked to whom."""
    present = "deleted_at IS NULL AND {0}.purged_at IS NULL"
    people = portal.rows(
        "SELECT u.object_id, u.user_principal_name, u.display_name, u.given_name, u.surname, u.mail, u.account_enabled,"
        " m.object_id FROM provisioning_user u LEFT JOIN provisioning_user m ON m.id = u.manager_id"
        " AND m.deleted_at IS NULL WHERE u." + present.format("u")
    )
    members = portal.rows(
        "SELECT g.object_id, COALESCE(u.object_id, i.object_id) FROM provisioning_membership x"
        " JOIN provisioning_group g ON g.id = x.group_id LEFT JOIN provisioning_user u ON u.id = x.user_id"
        " LEFT JOIN provisioning_group i ON i.id = x.member_group_id WHERE NOT x.removed AND g." + present.format("g")
    )
    groups = portal.rows(
        "SELECT g.object_id, g.display_name, g.security_enabled, g.mail FROM provisioning_group g WHERE g."
        + present.format("g")
    )
    gone = portal.rows("SELECT object_id FROM provisioning_user WHERE deleted_at IS NOT NULL")
    absent = {row[0] for row in gone}
    return {
        "people": {row[0]: tuple(row[1:]) for row in people},
        "groups": {row[0]: tuple(row[1:]) for row in groups},
        "members": {pair for pair in members if pair[1] not in absent},
    }


def here() -> dict[str, Any]:
    """What was imported, in the same form."""
    people = User.objects.present().select_related("manager")
    members = Membership.objects.filter(removed=False, group__in=Group.objects.present()).exclude(
        user__deleted_at__isnull=False
    )
    return {
        "people": {user.object_id.hex: _told(user) for user in people},
        "groups": {
            group.object_id.hex: (group.display_name, int(group.security_enabled), group.mail)
            for group in Group.objects.present()
        },
        "members": {
            (row.group.object_id.hex, (row.user or row.member_group or row.group).object_id.hex)
            for row in members.select_related("group", "user", "member_group")
        },
    }


def _told(user: User) -> tuple[Any, ...]:
    manager = user.manager.object_id.hex if user.manager and not user.manager.deleted_at else None
    names = (user.user_principal_name, user.display_name, user.given_name, user.surname, user.mail)
    return (*names, int(user.account_enabled), manager)


def differences(portal: SourcePortal) -> dict[str, Any]:
    ours, theirs = here(), there(portal)
    return {name: (ours[name], theirs[name]) for name in theirs if ours[name] != theirs[name]}


def change_something(portal: SourcePortal, word: str) -> None:
    """By the API of the portal that is read: a new name and manager, a member less and one more, one person less."""
    (first,), (second,), (third,) = portal.rows(
        "SELECT object_id FROM provisioning_user WHERE deleted_at IS NULL ORDER BY id LIMIT 3"
    )
    group, member = portal.rows(
        "SELECT g.object_id, u.object_id FROM provisioning_membership x JOIN provisioning_group g ON g.id = x.group_id"
        " JOIN provisioning_user u ON u.id = x.user_id WHERE NOT x.removed AND u.deleted_at IS NULL ORDER BY x.id DESC"
    )[0]
    ((outsider,),) = portal.rows(
        "SELECT object_id FROM provisioning_user WHERE deleted_at IS NULL AND id NOT IN (SELECT x.user_id FROM"
        " provisioning_membership x JOIN provisioning_group g ON g.id = x.group_id WHERE NOT x.removed AND"
        f" x.user_id IS NOT NULL AND g.object_id = '{group}') ORDER BY id DESC LIMIT 1"
    )
    group, member, outsider, first, second, third = (
        str(uuid.UUID(each)) for each in (group, member, outsider, first, second, third)
    )
    portal.call("PATCH", f"/users/{first}", {"displayName": f"Renamed {word}"})
    portal.call("PUT", f"/users/{first}/manager/$ref", {"@odata.id": f"{portal.backend}/graph/v1.0/users/{second}"})
    portal.call("DELETE", f"/groups/{group}/members/{member}/$ref")
    reference = {"@odata.id": f"{portal.backend}/graph/v1.0/directoryObjects/{outsider}"}
    portal.call("POST", f"/groups/{group}/members/$ref", reference)
    portal.call("DELETE", f"/users/{third}")


# --- what goes wrong on the way


def busy(handler: BaseHTTPRequestHandler, found: requests.Response) -> None:
    answer(handler, b"{}", 429, Retry_After="0.2")


def down(handler: BaseHTTPRequestHandler, found: requests.Response) -> None:
    answer(handler, b"", 503)


def page(handler: BaseHTTPRequestHandler, found: requests.Response) -> None:
    answer(handler, b"<!doctype html><title>Maintenance</title>", 200, Content_Type="text/html")


def cut(handler: BaseHTTPRequestHandler, found: requests.Response) -> None:
    answer(handler, found.content[:100], 200, Content_Length=str(len(found.content)))
    handler.close_connection = True


def expired(handler: BaseHTTPRequestHandler, found: requests.Response) -> None:
    answer(handler, b'{"error": {"code": "InvalidAuthenticationToken", "message": "Expired."}}', 401)


def forgotten(handler: BaseHTTPRequestHandler, found: requests.Response) -> None:
    answer(handler, b'{"error": {"code": "syncStateNotFound", "message": "Not found."}}', 410)


def elsewhere(handler: BaseHTTPRequestHandler, found: requests.Response) -> None:
    answer(handler, found.content.replace(b"https://127.0.0.1", b"https://127.0.0.2"))


SPOILS: tuple[Spoil, ...] = (busy, down, page, cut, expired, forgotten, elsewhere)


def read_whole_next(directory: Directory) -> None:
    Directory.objects.filter(pk=directory.pk).update(delta_token="")


def test_the_imported_directory_equals_the_source(portal: SourcePortal, directory: Directory) -> None:
    found = imported(directory)

    assert (found.status, found.kind, found.error_message) == (ImportStatus.COMPLETED, ImportKind.SNAPSHOT, {})
    assert found.pages > 5
    assert differences(portal) == {}

    change_something(portal, "once")
    found = imported(directory)

    assert (found.status, found.kind) == (ImportStatus.COMPLETED, ImportKind.CHANGES)
    assert found.users < 10
    assert differences(portal) == {}


def test_a_fault_at_any_page_of_a_whole_read_changes_nothing_in_the_end(
    portal: SourcePortal, directory: Directory
) -> None:
    imported(directory)
    for at in count(1):
        spoil = SPOILS[at % len(SPOILS)]
        change_something(portal, f"{at}")
        read_whole_next(directory)
        portal.fail(at, spoil)

        found = imported(directory)

        assert (at, spoil, found.status, differences(portal)) == (at, spoil, ImportStatus.COMPLETED, {})
        if portal.spoil:  # there are no more pages
            break
    assert at >= len(SPOILS)


@pytest.mark.parametrize("spoil", SPOILS)
def test_a_fault_at_any_page_of_a_read_of_changes_changes_nothing_in_the_end(
    portal: SourcePortal, directory: Directory, spoil: Spoil
) -> None:
    imported(directory)
    change_something(portal, spoil.__name__)
    pages = imported(directory).pages
    for at in range(1, pages + 1):
        change_something(portal, f"{spoil.__name__} {at}")
        portal.fail(at, spoil)

        found = imported(directory)

        assert portal.spoil is None, f"page {at} was not asked for"
        assert (at, found.status, differences(portal)) == (at, ImportStatus.COMPLETED, {})
