"""Taking access away in GoTo, where no call is documented for it: what is sent, and that it is read back."""

import pytest

from provisioning.choices import ObjectType
from provisioning.errors import Rejected
from tests.connectors.goto_samples import USER, goto, problem
from tests.connectors.test_goto_answers import in_turn

PERSON = ObjectType.USER
SUSPENDED = {name: value for name, value in USER.items() if name != "licenseKeys"} | {"status": "SUSPENDED"}


def test_disabling_takes_licences_and_roles_away() -> None:
    target, transport = goto({"PUT users/77": (204, None), "GET users/77": (200, SUSPENDED)})

    target.disable(PERSON, "77")

    assert transport.asked[-2].json == {"licenseKeys": [], "adminRoles": []}


def test_only_the_first_disabling_is_read_back() -> None:
    target, transport = goto({"PUT users/77": (204, None), "GET users/77": (200, SUSPENDED)})

    target.disable(PERSON, "77")
    target.disable(PERSON, "77")

    assert [each.method for each in transport.asked if each.path.endswith("/77")] == ["PUT", "GET", "PUT"]


def test_where_empty_lists_take_nothing_away_each_licence_is_taken_by_itself() -> None:
    replies = in_turn((200, USER), (200, SUSPENDED), (200, USER), (200, SUSPENDED))
    taken = {"DELETE licenses/1355534416000000001/users/77": (204, None)}
    target, transport = goto({"PUT users/77": (204, None), "GET users/77": replies, **taken})

    target.disable(PERSON, "77")
    target.disable(PERSON, "77")

    assert [each.method for each in transport.asked].count("DELETE") == 2


def test_access_that_cannot_be_taken_away_is_told() -> None:
    taken = {"DELETE licenses/1355534416000000001/users/77": (404, problem("user.not.found"))}
    target, _ = goto({"PUT users/77": (204, None), "GET users/77": (200, USER), **taken})

    with pytest.raises(Rejected, match=r"still has access \(INVITED\)"):
        target.disable(PERSON, "77")
