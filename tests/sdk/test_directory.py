"""Microsoft's own SDK signs in with azure-identity and reads the directory."""

from collections.abc import Mapping
from uuid import UUID

import pytest

from tests.factories import make_directory, make_group, make_user
from tests.sdk.https_portal import run

pytestmark = pytest.mark.sdk


def test_the_sdk_reads_users_groups_members_and_changes(portal: Mapping[str, str]) -> None:
    make_directory(tenant_name="Contoso", default_domain="contoso.example")
    ann = make_user(display_name="Ann")
    bo = make_user(display_name="Bo", manager=ann)
    names = ["Ann", "Bo", *(make_user(display_name=name).display_name for name in ("Cy", "Di", "Ed"))]
    group = make_group("Sales", [bo, make_group("Inner")])

    found = run("read_directory.py", portal, user=str(bo.object_id), group=str(group.object_id))

    status, code, request_id = found.pop("missing")
    assert (status, code) == ("404", "Request_ResourceNotFound")
    assert UUID(request_id)
    assert found == {
        "organization": ["Contoso"],
        "users": names,
        "user": "Bo",
        "manager": str(ann.object_id),
        "member_of": ["Sales"],
        "groups": ["Inner", "Sales"],
        "members": [["User", "Group"], ["Bo"]],
        "delta": [*names, "end"],
    }
