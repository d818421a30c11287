"""How long a program that dies waits for its next start."""

import os
import sys
from collections.abc import Iterator

import pytest

from portal.supervisor.child import Child, Patience

DIES = [sys.executable, "-S", "-c", "raise SystemExit(3)"]
STAYS = [sys.executable, "-S", "-c", "import time; time.sleep(600)"]


def collect(child: Child) -> None:
    """Waits for the program's end without collecting its exit, which is the child's own affair."""
    assert child.process
    os.waitid(os.P_PID, child.process.pid, os.WEXITED | os.WNOWAIT)


def die(child: Child, now: float) -> float:
    """One start and one death at `now`; returns how long the next start waits."""
    assert child.look(now)
    collect(child)
    child.look(now)
    return child.start_at - now


@pytest.fixture
def stays() -> Iterator[Child]:
    child = Child("web", STAYS, patience=Patience(backoff=1, backoff_most=4, steady=60))
    yield child
    child.kill()
    if child.process:
        child.process.wait()


def test_each_death_doubles_the_wait_up_to_a_limit() -> None:
    child = Child("web", DIES, patience=Patience(backoff=1, backoff_most=4, steady=60))

    assert [die(child, now) for now in (0, 100, 200, 300)] == [1, 2, 4, 4]


def test_a_program_that_is_waiting_is_not_started_early() -> None:
    child = Child("web", DIES, patience=Patience(backoff=5))
    die(child, 100)

    assert not child.look(104)
    assert child.process is None


def test_a_long_life_forgets_earlier_deaths(stays: Child) -> None:
    stays.look(0)
    stays.kill()
    collect(stays)
    stays.look(10)
    stays.look(20)
    stays.kill()
    collect(stays)
    stays.look(100)

    assert stays.start_at == 101


def test_a_program_that_was_asked_to_end_is_started_again_at_once(stays: Child) -> None:
    stays.look(0)
    stays.end(50)
    collect(stays)
    stays.look(51)

    assert stays.start_at == 51


def test_a_program_runs_with_the_given_environment_in_a_session_of_its_own(stays: Child) -> None:
    child = Child(
        "web", [sys.executable, "-c", "import os; raise SystemExit(int(os.environ['STATUS']))"], {"STATUS": "7"}
    )
    child.look(0)
    collect(child)
    stays.look(0)

    assert child.has_ended()
    assert child.process
    assert child.process.returncode == 7
    assert stays.group
    assert os.getsid(stays.group) == stays.group


def test_asking_a_program_that_is_gone_to_end_is_no_error() -> None:
    child = Child("web", DIES)
    child.look(0)
    collect(child)

    child.end(1)

    assert child.has_ended()
    assert child.process
    assert child.process.returncode == 3
