"""The loop that a cycle is held against: the same requests on 16 threads, without directory, rules or rows."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from benchmarks.processes import Target
from benchmarks.target import ACCOUNT, BEARER, PRODUCTS
from provisioning.choices import ObjectType
from provisioning.connectors.goto import GoTo
from provisioning.wire.session import new_session

CONNECTIONS = 16
USER = ObjectType.USER
LICENCE = next(iter(PRODUCTS))


def as_person(number: int) -> dict[str, Any]:
    """The values that the gallery's mapping gives for one of the bench's people."""
    return {
        "email": f"bare.person.{number}@contoso.example",
        "firstName": "Bench",
        "lastName": f"Person {number}",
        "locale": "en_US",
    }


def by_requests(url: str, *, asks: bool) -> Callable[[int], None]:
    """Plain `requests`; `asks` whether each user is looked up before, as a cycle without survey does."""
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", HTTPAdapter(pool_maxsize=CONNECTIONS))
    session.headers.update({"Authorization": f"Bearer {BEARER}", "Accept": "application/json"})
    users = f"{url}/admin/rest/v1/accounts/{ACCOUNT}/users"

    def send(number: int) -> None:
        person = as_person(number)
        if asks:
            answer = session.get(f"{users}?filter=email%20eq%20%22{person['email']}%22", timeout=30)
            answer.raise_for_status()
            answer.json()
        body = {"users": [person], "licenseKeys": [LICENCE], "suppressEmail": False}
        answer = session.post(f"{users}?allOrNothing=true", json=body, timeout=30)
        answer.raise_for_status()
        answer.json()

    return send


def by_connector(url: str, *, asks: bool) -> Callable[[int], None]:
    """The same through the portal's connector: its session's rules, its record of what was said."""
    goto = GoTo(Target(url).credentials, new_session(timeout=30, connections=CONNECTIONS, allow_private=True))

    def send(number: int) -> None:
        person = as_person(number)
        if asks:
            goto.find(USER, "email", person["email"])
        goto.create(USER, goto.translate(USER, {**person, "licenseKeys": ("GoToMeeting",)}, {}))
        goto.exchanges()

    return send


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--users", type=int, required=True)
    parser.add_argument("--asks", action="store_true", help="look each user up before it is created")
    parser.add_argument("--connector", action="store_true", help="through the portal's connector")
    options = parser.parse_args()
    send = (by_connector if options.connector else by_requests)(options.url, asks=options.asks)
    began, cpu = time.monotonic(), time.process_time()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for _ in pool.map(send, range(options.users)):
            pass  # what a thread raised is raised here
    spent = {"seconds": time.monotonic() - began, "cpu": time.process_time() - cpu}
    sys.stdout.write(json.dumps(spent) + "\n")


if __name__ == "__main__":
    main()
