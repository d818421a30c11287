"""No page of the site and of the directory has a barrier, nor breaks the security policy: the tour's short form."""

import re

import pytest

from tests.portal.test_roles_and_routes import ROUTES
from tests.walk.pages import CHANGES, ELSEWHERE, EXAMPLES, FILES, FRAGMENTS, PARTS, View, short
from tests.walk.theatre import Audience

pytestmark = pytest.mark.browser
NO_PAGES = {
    **dict.fromkeys(CHANGES.split(), "answered 405"),
    **dict.fromkeys(FRAGMENTS.split(), "no page"),
    **dict.fromkeys(FILES.split(), "a file"),
}


@pytest.mark.parametrize("part", ["site", "directory"])
def test_no_page_has_a_barrier(people: Audience, part: str) -> None:
    assert people.barriers(short(PARTS[part])) == {}


def test_every_route_that_shows_a_page_is_walked() -> None:
    walked = {view.route for views in PARTS.values() for view in views if view.status == 200}

    assert walked.isdisjoint({*NO_PAGES, *ELSEWHERE.split()})
    assert walked | {*NO_PAGES, *ELSEWHERE.split()} == {name for name, _pattern in ROUTES}


def test_what_is_not_walked_shows_no_page(people: Audience) -> None:
    seen = {}
    for name, pattern in ROUTES:
        if name in NO_PAGES:
            words = re.findall(r"<\w+:(\w+)>", pattern)
            arguments = {word: "group" if "group" in name and word == "object_id" else EXAMPLES[word] for word in words}
            seen[name] = _answer(people, View(route=name, arguments=arguments).address(people.stage))

    assert seen == NO_PAGES


def _answer(people: Audience, address: str) -> str:
    answer = people.page.request.get(people.stage.url + address, max_redirects=0)
    if answer.status == 405:
        return "answered 405"
    if "text/html" not in answer.headers.get("content-type", ""):
        return "a file"
    return "a page" if answer.status >= 400 or "<!doctype html>" in answer.text()[:200] else "no page"
