"""One round of the supervisor: due work is queued, hanging clusters are named, a lost database ends nothing."""

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from django import db

from provisioning.management.tick import Tick


class Work:
    """Work with the answers it was given; notes what it was asked."""

    def __init__(self, stalled: tuple[str, ...] = (), error: Exception | None = None) -> None:
        self.hanging, self.error = stalled, error
        self.queued = 0
        self.asked: list[tuple[str, str]] = []
        self.forgotten: list[str] = []

    def queue_due(self) -> int:
        if self.error:
            raise self.error
        self.queued += 1
        return 1

    def stalled(self, host: str, cluster: str) -> bool:
        self.asked.append((host, cluster))
        return cluster in self.hanging

    def forget_messages(self, cluster: str) -> None:
        self.forgotten.append(cluster)


def test_a_round_queues_and_asks_for_each_cluster_of_this_host() -> None:
    work = Work()

    assert Tick(work, ("cycles", "now"))() == []
    assert work.queued == 1
    assert work.asked == [(socket.gethostname(), "cycles"), (socket.gethostname(), "now")]


def test_a_round_names_the_clusters_that_hang_and_takes_their_messages_for_lost() -> None:
    work = Work(stalled=("now",))

    assert Tick(work, ("cycles", "now"))() == ["now"]
    assert work.forgotten == ["now"]


@pytest.mark.parametrize("error", [db.OperationalError("database is locked"), db.InterfaceError("closed")])
def test_a_lost_database_is_told_in_a_line(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    assert Tick(Work(error=error), ("cycles",))() == []

    assert f"The database does not answer; due work waits: {error}" in caplog.text
    assert "Traceback" not in caplog.text


def test_another_error_is_not_taken_for_a_lost_database() -> None:
    with pytest.raises(ValueError, match="a bad row"):
        Tick(Work(error=ValueError("a bad row")), ())()


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_no_connection_stays_open_between_rounds() -> None:
    rounds = ThreadPoolExecutor(max_workers=1)  # as the ticker calls it: a thread has connections of its own

    def ask() -> bool:
        db.connection.ensure_connection()
        Tick(Work(), ("cycles",))()
        return db.connection.connection is None

    # SQLite in memory cannot be closed: its data would be gone.
    assert rounds.submit(ask).result() or db.connection.vendor == "sqlite"
    rounds.shutdown()
