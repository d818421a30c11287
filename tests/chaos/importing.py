"""A portal whose directory is imported from a Graph of the test's own over HTTPS, and what its imports came to."""

import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.chaos import processes
from tests.chaos.killing import LOOKS_A_SECOND, freeze
from tests.chaos.portal import Portal, pid_of
from tests.directory.fake_graph import FakeGraph
from tests.directory.tenant import USER, Tenant

REST_SECONDS = 180
PAGE = 100
READ, APPLY = "read", "apply"
STEPS, PAUSE = {READ: 4, APPLY: 1}, {READ: 0.3, APPLY: 0.05}
"""A worker is struck after it has got on by at most so many pages, or so many times 300 records, and then so long."""

Told = dict[str, set[tuple[str, ...]]]


@dataclass
class SlowGraph(FakeGraph):
    """Answers after a while, so that a read lasts long enough to be killed in."""

    latency: float = 0.0

    def answering(self, handler: BaseHTTPRequestHandler) -> None:
        time.sleep(self.latency)
        super().answering(handler)


class Importing:
    """`tenant` is the truth; `run` the import that is looked at."""

    def __init__(self, portal: Portal, graph: SlowGraph, dice: random.Random) -> None:
        self.portal, self.graph, self.dice = portal, graph, dice
        self.run = 0
        portal.ask("read_from", settings=graph.settings)

    @property
    def tenant(self) -> Tenant:
        return self.graph.tenant

    def fill(self, people: int, teams: int) -> None:
        self.tenant.page_size = PAGE
        boss = self.tenant.add_person("Boss")
        staff = [self.tenant.add_person(f"Person {number}", manager=boss) for number in range(people - 1)]
        for number in range(teams):
            team = self.tenant.add_team(f"Team {number}")
            for each in staff[number::teams]:
                self.tenant.put(team, each)

    def alter(self) -> None:
        """Every other one is renamed, a few leave, some move to another team and some are new."""
        things = self.tenant.things.items()
        people = [id_ for id_, each in things if each.type == USER and not each.deleted]
        teams = [id_ for id_, each in things if each.type != USER]
        for id_ in people[1::2]:
            self.tenant.rename(id_, f"Renamed {self.tenant.now}")
        for id_ in people[2::40]:
            self.tenant.delete(id_)
        for id_ in people[3::20]:
            here = next(team for team in teams if id_ in self.tenant.things[team].links)
            self.tenant.take(here, id_)
            self.tenant.put(self.dice.choice([team for team in teams if team != here]), id_)
        for number in range(20):
            self.tenant.put(teams[0], self.tenant.add_person(f"New {self.tenant.now}.{number}", manager=people[0]))

    # --- going on

    def start(self) -> None:
        self.run = self.portal.ask("import_now")

    def rest(self) -> dict[str, Any]:
        """Wait until the import has ended, and give what it tells.

        What it staged goes with the next one, or by night, where the worker was killed right after the end.
        """
        self.wait(lambda: not self._is_running(), "the import did not end")
        self.portal.ask("drop_staged")
        return self.told()

    def strike(self, phase: str, act: Callable[[int], None]) -> bool:
        """Do this to the worker that has the import in hand, at a random moment of the phase. False: it was over.

        Counted from when it took the import up: by the clock it would often be struck while it still signs in.
        """
        steps, began = self.dice.randint(0, STEPS[phase]), dict[int, float]()
        until = time.monotonic() + REST_SECONDS
        while time.monotonic() < until:
            told = self.told()
            if self._holder(phase):
                done = told["pages"] + told["applied"] / 300
                if done >= began.setdefault(told["token"], done) + steps:
                    time.sleep(self.dice.uniform(0, PAUSE[phase]))
                    if pid := self._holder(phase):
                        act(pid)
                        return True
            elif told["status"] != "running":
                return False
            time.sleep(1 / LOOKS_A_SECOND)
        raise TimeoutError(f"Nobody took up the import: {self.told()}\n{self.portal.said()[-6000:]}")

    def kill(self, phase: str) -> bool:
        return self.strike(phase, lambda pid: processes.send(pid, signal.SIGKILL))

    def freeze(self, phase: str) -> bool:
        """Freeze whoever has it until another one has taken it over, and wake it. False when it was over before."""
        tokens: list[int] = []

        def act(pid: int) -> None:
            freeze(self.portal, pid)
            tokens.append(self.told()["token"])
            self.wait(lambda: self.told()["token"] > tokens[0] or not self._is_running(), "nobody took it over")
            time.sleep(self.dice.uniform(0, 1))
            processes.send(pid, signal.SIGCONT)

        return self.strike(phase, act) and self.told()["token"] > tokens[0]

    def _is_running(self) -> bool:
        return bool(self.told()["status"] == "running")

    def _holder(self, phase: str) -> int | None:
        """The living worker that has it in hand in this phase."""
        told = self.told()
        pid = pid_of(told["owner"]) if told["is_held"] and told["owner"] else 0
        return pid if pid and told["phase"] == phase and processes.is_alive(pid) else None

    def wait(self, is_so: Callable[[], bool], otherwise: str) -> None:
        until = time.monotonic() + REST_SECONDS
        while not is_so():
            if time.monotonic() > until:
                raise TimeoutError(f"{otherwise}: {self.told()}\n{self.portal.said()[-6000:]}")
            time.sleep(1 / LOOKS_A_SECOND)

    # --- judging

    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = self.portal.ask("import_told", run=self.run)
        return found

    def here(self) -> Told:
        return {name: set(map(tuple, rows)) for name, rows in self.portal.ask("directory").items()}

    def there(self) -> Told:
        things = {id_: each for id_, each in self.tenant.things.items() if not each.deleted}
        people = {id_: each for id_, each in things.items() if each.type == USER}
        links = {
            id_: [other for other, (_, left) in each.links.items() if not left and other in things]
            for id_, each in things.items()
        }
        return {
            "people": {
                (id_, each.properties["userPrincipalName"], each.properties["displayName"], *(links[id_] or [""]))
                for id_, each in people.items()
            },
            "groups": {(id_, each.properties["displayName"]) for id_, each in things.items() if id_ not in people},
            "members": {(id_, other) for id_ in things.keys() - people.keys() for other in links[id_]},
        }

    def check_equal(self) -> None:
        """The directory is what the tenant is."""
        here, there = self.here(), self.there()
        for name, wanted in there.items():
            missing, extra = sorted(wanted - here[name]), sorted(here[name] - wanted)
            assert not missing + extra, f"{name}: missing {missing[:5]}, extra {extra[:5]}"

    def check_nobody_lost(self, before: Told) -> None:
        """At any moment: who was here before, and in a team, and still is so in the tenant, is so here."""
        here, there = self.here(), self.there()
        for name, place in (("people", 0), ("members", 1)):
            staying = {each[place] for each in before[name]} & {each[place] for each in there[name]}
            assert staying <= {each[place] for each in here[name]}, name

    def check_told(self, told: dict[str, Any], kind: str, claims: int) -> None:
        """It ended well, was taken up at least so often, and counted each record once, however often it began anew."""
        assert (told["status"], told["kind"], told["error_code"]) == ("completed", kind, ""), told
        assert told["token"] >= claims, told
        assert not told["staged"], told
        assert told["applied"] >= told["users"] + told["groups"] + told["memberships"], told
        if kind == "snapshot":
            there = self.there()
            found = (told["users"], told["groups"], told["memberships"])
            assert found == (len(there["people"]), len(there["groups"]), len(there["members"])), told
