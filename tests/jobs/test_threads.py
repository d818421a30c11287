"""Threads of which only so many work at once, and a rate that all share."""

import threading
import time

import pytest

from provisioning.errors import OutOfTime
from provisioning.jobs.threads import Rate, Threads


class Gate:
    """Work that waits until it is let through, and tells how many are in it at once."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.lock = threading.Lock()
        self.inside = self.most = 0

    def __call__(self) -> None:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.open.wait(10)
        with self.lock:
            self.inside -= 1

    def until(self, number: int) -> None:
        for _ in range(1000):
            if self.inside == number:
                return
            time.sleep(0.005)
        raise AssertionError(f"{self.inside} are inside, not {number}")


@pytest.mark.parametrize(("allowed", "most"), [(1, 1), (3.9, 3), (0, 1), (100, 4)])
def test_only_so_many_work_at_once(allowed: float, most: int) -> None:
    pool, gate = Threads(4), Gate()
    pool.resize(allowed)

    futures = [pool.submit(gate) for _ in range(8)]
    gate.until(most)
    gate.open.set()

    assert pool.wait(futures, 10)
    assert gate.most == most
    pool.close()


def test_more_may_begin_as_soon_as_more_are_allowed() -> None:
    pool, gate = Threads(4), Gate()
    pool.resize(1)
    futures = [pool.submit(gate) for _ in range(4)]
    gate.until(1)

    pool.resize(3)
    gate.until(3)

    gate.open.set()
    assert pool.wait(futures, 10)
    pool.close()


def test_a_failure_gives_its_place_back_and_is_told_by_its_future() -> None:
    pool = Threads(2)
    pool.resize(1)

    def fail() -> None:
        raise ValueError("no")

    futures = [pool.submit(fail), pool.submit(lambda: None)]

    assert pool.wait(futures, 10)
    assert isinstance(futures[0].exception(), ValueError)
    pool.close()


def test_waiting_ends_with_the_seconds() -> None:
    pool, gate = Threads(1), Gate()
    future = pool.submit(gate)

    assert pool.wait([future], 0.01) is False

    gate.open.set()
    assert pool.wait([future], 10) is True
    pool.close()


# --- rate


def test_requests_are_spread_over_the_seconds() -> None:
    slept: list[float] = []
    rate = Rate(4, lambda: 100.0, slept.append)

    for _ in range(4):
        rate.wait(10)

    assert slept == [0.25, 0.5, 0.75]


def test_a_turn_that_was_not_taken_is_not_saved_up() -> None:
    now, slept = [100.0], []
    rate = Rate(1, lambda: now[0], slept.append)
    rate.wait(10)

    now[0] = 200.0
    rate.wait(10)
    rate.wait(10)

    assert slept == [1.0]


def test_a_turn_that_comes_too_late_is_left_to_others() -> None:
    slept: list[float] = []
    rate = Rate(1, lambda: 100.0, slept.append)
    rate.wait(10)

    with pytest.raises(OutOfTime):
        rate.wait(0.5)

    rate.wait(1)
    assert slept == [1.0]
