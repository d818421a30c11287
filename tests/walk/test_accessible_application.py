"""No page of an application has a barrier; apart from the others, so that two processes can look."""

import pytest

from tests.walk.pages import PARTS, short
from tests.walk.theatre import Audience

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("part", ["overview", "setup", "reports"])
def test_no_page_has_a_barrier(people: Audience, part: str) -> None:
    assert people.barriers(short(PARTS[part])) == {}
