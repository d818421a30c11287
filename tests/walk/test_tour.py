"""The tour over every page, in all themes and widths: `make tour`. The pictures and the report are in var/tour."""

import pytest

from tests.walk import tour
from tests.walk.pages import PARTS
from tests.walk.theatre import Audience

pytestmark = pytest.mark.tour


@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_wrong_with_any_page(people: Audience, part: str) -> None:
    found = tour.walk(people, part, PARTS[part])

    assert {each.name: each.wrong for each in found if each.wrong} == {}
