"""The loop that SCIM cycles are held against: what one would write with scim2-client, on 16 threads.

It keeps nothing from one run to the next: each person is looked up by user name, created when they are not there, and
changed when a value differs. Members go into the group a hundred at a time.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from httpx2 import Client, Limits
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_models import Email, Group, Name, PatchOp, PatchOperation, ScimProvider, SearchRequest, User

from benchmarks.bare import CONNECTIONS
from benchmarks.scim_target import ROOT
from benchmarks.target import BEARER

CHUNK = 100


def as_person(number: int, changed: int) -> Any:
    """About what the gallery's mapping sends for one of the bench's people; the first `changed` have another name."""
    address = f"bench.person.{number}@contoso.example"
    surname = f"Person {number}" + (" Renamed" if number < changed else "")
    return User(
        user_name=address,
        external_id=f"bench.person.{number}",
        display_name=f"Bench Person {number}",
        active=True,
        title="Engineer",
        preferred_language="en-US",
        name=Name(given_name="Bench", family_name=surname, formatted=f"Bench {surname}"),
        emails=[Email(type="work", value=address, primary=True)],
    )


def client(url: str) -> SyncSCIMClient:
    http = Client(
        base_url=url + ROOT,
        headers={"Authorization": f"Bearer {BEARER}"},
        limits=Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
        timeout=30,
        trust_env=False,
    )
    return SyncSCIMClient(http, provider=ScimProvider(models=[User, Group]))


def putting(scim: SyncSCIMClient, changed: int) -> Callable[[int], str]:
    """Brings one person into the target, and gives their id."""

    def put(number: int) -> str:
        person = as_person(number, changed)
        search = SearchRequest(filter=f'userName eq "{person.user_name}"')
        found = scim.query(User, query_parameters=search).resources
        if not found:
            return str(scim.create(person).id)
        if found[0].name.family_name != person.name.family_name:
            new = {"name.familyName": person.name.family_name, "name.formatted": person.name.formatted}
            operations = [PatchOperation(op="replace", path=path, value=value) for path, value in new.items()]
            scim.modify(User, found[0].id, PatchOp[User](operations=operations))
        return str(found[0].id)

    return put


def put_group(scim: SyncSCIMClient, ids: list[str]) -> None:
    """The group with everybody in it: who is missing is added."""
    found = scim.query(Group, query_parameters=SearchRequest(filter='displayName eq "Everybody"')).resources
    group = found[0] if found else scim.create(Group(display_name="Everybody"))
    held = {each.value for each in group.members or ()}
    missing = [each for each in ids if each not in held]
    for start in range(0, len(missing), CHUNK):
        members = [Group.Members(value=each) for each in missing[start : start + CHUNK]]
        operation = PatchOperation(op="add", path="members", value=members)
        scim.modify(Group, group.id, PatchOp[Group](operations=[operation]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--users", type=int, required=True)
    parser.add_argument("--changed", type=int, default=0, help="so many have another name than at first")
    options = parser.parse_args()
    scim = client(options.url)
    began, cpu = time.monotonic(), time.process_time()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        ids = list(pool.map(putting(scim, options.changed), range(options.users)))
    put_group(scim, ids)
    spent = {"seconds": time.monotonic() - began, "cpu": time.process_time() - cpu}
    sys.stdout.write(json.dumps(spent) + "\n")


if __name__ == "__main__":
    main()
