"""One job of a portal against the stand-in, taken through faults and back to quiet."""

import random
import time
from collections.abc import Callable
from typing import Any

from tests.chaos import checks, expected
from tests.chaos.expected import Accounts
from tests.chaos.portal import Portal
from tests.goto_service import GotoService

LICENCES = (expected.MEETING, expected.WEBINAR, expected.TRAINING, expected.OPEN_VOICE)
PLENTY = 100_000
REST_SECONDS = 300
MOST_RESTARTS = 5
PASSING = {"Timeout", "TooManyRequests", "InternalServerError", "WebExceptionProtocolError", "UnexpectedAnswer"}
"""Codes of what the next try may not meet again."""
LOOK_SECONDS = 0.3


class World:
    """`model` holds what the accounts must look like, carried on from cycle to cycle."""

    def __init__(self, portal: Portal, service: GotoService, dice: random.Random) -> None:
        self.portal, self.service, self.dice = portal, service, dice
        self.model: Accounts = {}
        self.removed: set[str] = set()
        service.clear_faults()
        service.reset()
        for key in LICENCES:
            service.set_seats(key, PLENTY)
        self.job: int = portal.ask("new_job", credentials=_credentials(service), seed=dice.randrange(10**6))

    # --- going on

    def start(self) -> None:
        self.portal.ask("start", job=self.job)

    def alter(self, count: int = 4) -> None:
        """Change the directory as people do in twenty minutes."""
        self.portal.ask("alter", job=self.job, seed=self.dice.randrange(10**6), count=count)

    def sync(self) -> None:
        """Make a cycle due, and wait until it has begun or the job stands still again."""
        before = self.cycle_id()
        self.portal.ask("sync", job=self.job)
        self.wait(lambda: self.cycle_id() != before or self.stands_still(), "no cycle began")

    def rest(self) -> None:
        """Wait until the cycle has ended, or has been interrupted with the whole job."""
        self.wait(lambda: self.cycle_id() > 0 and not self.is_running(), "the cycle did not come to rest")

    def clean(self) -> None:
        """End all faults, and let a cycle pass that began after them and met none.

        On a busy machine requests fail by themselves. Who failed twice waits for hours, so that Restart is needed then.
        """
        self.service.clear_faults()
        self.service.limit_tokens(0)
        self._pass_whole_cycle()
        for _ in range(MOST_RESTARTS):
            states = self.portal.ask("facts", job=self.job)["states"]
            if not any(each["code"] in PASSING for each in states):
                return
            before = self.cycle_id()
            self.portal.ask("restart", job=self.job)
            self._pass_whole_cycle(before)

    def _pass_whole_cycle(self, before: int | None = None) -> None:
        last = self.cycle_id() if before is None else before

        def is_done() -> bool:
            row = self.status()
            cycle = row["cycle"] or {"id": 0, "status": ""}
            if cycle["id"] > last and cycle["status"] == "completed":
                return True
            if cycle["status"] != "running" and (row["next_start_at"] or "") > _now():
                self.portal.ask("sync", job=self.job)
            return False

        self.wait(is_done, "no clean cycle was completed")

    def remove(self, person: int) -> None:
        """Delete somebody's account behind everybody's back: it may be made a second time."""
        self.service.remove(self.account_key(person))
        self.removed.add(self.model[person].email.casefold())

    # --- looking

    def account_key(self, person: int) -> str:
        account = self.service.account(self.model[person].email)
        assert account
        return str(account["key"])

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = self.portal.ask("status", job=self.job)
        return found

    def cycle_id(self) -> int:
        return (self.status()["cycle"] or {"id": 0})["id"]

    def is_running(self) -> bool:
        return (self.status()["cycle"] or {}).get("status") == "running"

    def stands_still(self) -> bool:
        row = self.status()
        return bool(row["quarantine"]) and (row["next_start_at"] or "") > _now()

    def wait(self, is_so: Callable[[], bool], otherwise: str, seconds: float = REST_SECONDS) -> None:
        until = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > until:
                raise TimeoutError(f"After {seconds} s {otherwise}: {self.status()}\n{self.portal.said()[-6000:]}")
            time.sleep(LOOK_SECONDS)

    # --- judging

    def expect(self) -> Accounts:
        """Carry the model on over the directory as it is now; each cycle that changes accounts needs it once."""
        self.model = expected.accounts(self.rows(), self.model)
        return self.model

    def rows(self) -> dict[str, Any]:
        found: dict[str, Any] = self.portal.ask("rows", job=self.job)
        return found

    def check_safe(self) -> None:
        """What holds at every moment between cycles, also in the midst of faults."""
        facts = self.portal.ask("facts", job=self.job)
        wanted = expected.accounts(self.rows(), self.model)
        checks.counters_add_up(facts)
        checks.everyone_is_done_or_waits_with_a_reason(facts, self.rows())
        checks.no_account_was_made_twice(self.service, self.removed)
        checks.nobody_lost_access_who_is_entitled(self.service, wanted)

    def check_quiet(self) -> None:
        """What holds after a clean cycle: the accounts are those of the model, field by field."""
        self.check_safe()
        facts = self.portal.ask("facts", job=self.job)
        checks.accounts_are(self.service, self.expect())
        checks.links_are_right(self.service, facts, self.model)
        assert facts["open_slices"] == 0


def survive(world: World, break_it: Callable[[], None]) -> None:
    """A first cycle and one with changes, both in the midst of faults, each followed by a clean one."""
    break_it()
    world.start()
    world.rest()
    struck = world.service.struck()
    world.check_safe()
    world.clean()
    world.check_quiet()
    world.alter()
    break_it()
    world.sync()
    world.rest()
    assert struck, "The faults never struck: this proves nothing."
    world.check_safe()
    world.clean()
    world.check_quiet()


def _credentials(service: GotoService) -> dict[str, str]:
    return {
        "username": service.admin,
        "password": service.admin_password,
        "client_id": service.client_id,
        "client_secret": service.client_secret,
        "token_url": service.token_url,
        "api_url": service.url,
    }


def _now() -> str:
    """As the helper writes times: in UTC, so that texts can be compared."""
    return time.strftime("%Y-%m-%d %H:%M:%S+00:00", time.gmtime())
