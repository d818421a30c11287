"""A value fetched by one thread for all."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import pytest

from provisioning.errors import CredentialsRejected, ServerError
from provisioning.texts import say
from provisioning.wire.once import Once

THREADS = 16


class Fetching:
    """Counts, and waits until all threads want the value."""

    def __init__(self, work: Callable[[int], object]) -> None:
        self.work = work
        self.times = 0
        self.wanted = threading.Barrier(THREADS)

    def __call__(self) -> object:
        self.times += 1
        return self.work(self.times)

    def by_all(self, once: Once[object]) -> list[object]:
        def get() -> object:
            self.wanted.wait()
            try:
                return once.get()
            except (CredentialsRejected, ServerError) as error:
                return type(error)

        with ThreadPoolExecutor(THREADS) as pool:
            return [each.result() for each in [pool.submit(get) for _ in range(THREADS)]]


def failing(error: Exception) -> Callable[[int], object]:
    def work(_: int) -> object:
        raise error

    return work


def test_sixteen_threads_fetch_once() -> None:
    fetching = Fetching(lambda _: "token")

    assert fetching.by_all(Once(fetching)) == ["token"] * THREADS
    assert fetching.times == 1


def test_sixteen_threads_try_a_wrong_password_once() -> None:
    fetching = Fetching(failing(CredentialsRejected(say("no"))))

    assert fetching.by_all(Once(fetching)) == [CredentialsRejected] * THREADS
    assert fetching.times == 1


def test_a_failure_that_stops_the_job_is_kept_until_forgotten() -> None:
    fetching = Fetching(failing(CredentialsRejected(say("no"))))
    once = Once(fetching)
    for _ in range(3):
        with pytest.raises(CredentialsRejected, match="no"):
            once.get()
    assert fetching.times == 1

    once.forget()

    with pytest.raises(CredentialsRejected):
        once.get()
    assert fetching.times == 2


def test_another_failure_is_tried_again_by_the_next_caller() -> None:
    def work(times: int) -> object:
        if times == 1:
            raise ServerError(say("down"))
        return "token"

    once = Once(Fetching(work))
    with pytest.raises(ServerError):
        once.get()

    assert once.get() == "token"


class Door(AbstractContextManager[None]):
    """A lock that tells how many have come to it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.come = threading.Semaphore(0)

    def __enter__(self) -> None:
        self.come.release()
        self.lock.acquire()

    def __exit__(self, *_: object) -> None:
        self.lock.release()


def test_those_who_waited_share_the_failure() -> None:
    """Else sixteen threads would wait for sixteen timeouts, one after the other."""
    door, times = Door(), []

    def fetch() -> object:
        times.append(1)
        assert door.come.acquire(timeout=10)  # the first caller
        assert door.come.acquire(timeout=10)  # the second, who now waits
        raise ServerError(say("down"))

    once: Once[object] = Once(fetch)
    once._lock = door  # the only way to see that somebody waits
    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(once.get), pool.submit(once.get)]:
            with pytest.raises(ServerError):
                each.result()

    assert times == [1]


def test_a_spent_value_is_replaced_once_for_all_who_had_it() -> None:
    fetching = Fetching(lambda _: object())
    once = Once(fetching)
    old = once.get()

    new = once.get(but=old)

    assert new is not old
    assert once.get(but=old) is new
    assert once.get() is new
    assert fetching.times == 2
