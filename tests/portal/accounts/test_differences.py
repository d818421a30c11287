"""What differs between two values, in lines."""

from typing import Any

import pytest

from portal.accounts.differences import Difference, differences


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (None, None, []),
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [("a", 1, 2)]),
        (None, {"a": 1}, [("a", None, 1)]),
        ({"a": 1}, None, [("a", 1, None)]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, [("a › c", 2, 3)]),
        ({"a": ["x"]}, {"a": ["x", "y"]}, [("a", ["x"], ["x", "y"])]),
        ([{"n": 1}, {"n": 2}], [{"n": 1}], [("2 › n", 2, None)]),
        ({"gone": 1}, {"new": 2}, [("new", None, 2), ("gone", 1, None)]),
        ("one", "two", [("", "one", "two")]),
        ({"a": False}, {"a": None}, [("a", False, None)]),
    ],
)
def test_only_what_differs_is_told(old: Any, new: Any, found: list[tuple[str, Any, Any]]) -> None:
    assert differences(old, new) == [Difference(*each) for each in found]
