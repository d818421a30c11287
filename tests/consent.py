"""Giving consent on the stand-in's own page, as a browser without script would, and following where it leads."""

from urllib.parse import parse_qsl, urlsplit

import requests

from tests.goto_service import GotoService


def consent(service: GotoService, address: str, decision: str = "allow") -> dict[str, str]:
    """What the browser brings back from there: `code` and `state`, or `error`."""
    page = service.http.get(address, timeout=10)
    page.raise_for_status()
    query = dict(parse_qsl(urlsplit(address).query))
    data = {**query, "username": service.admin, "password": service.admin_password, "decision": decision}
    answer = service.http.post(address, data=data, allow_redirects=False, timeout=10)
    assert answer.status_code == requests.codes.found, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
