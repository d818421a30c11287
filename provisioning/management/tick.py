"""What the supervisor does every few seconds: queue what is due, and tell which of its clusters hang."""

import logging
import socket
from collections.abc import Sequence
from typing import Protocol

from django import db

log = logging.getLogger(__name__)


class Work(Protocol):
    """The two questions, answered from rows."""

    def queue_due(self) -> int:
        """Queues what is due and returns how many messages that took."""

    def stalled(self, host: str, cluster: str) -> bool:
        """Whether work has been due for 60 s and nothing on this host and cluster showed life for 60 s."""

    def forget_messages(self, cluster: str) -> None:
        """Takes every message to this cluster for lost."""


class Tick:
    """One round. A database that does not answer is told in a line, and the next round tries again."""

    def __init__(self, work: Work, clusters: Sequence[str]) -> None:
        self.work, self.clusters = work, clusters
        self.host = socket.gethostname()

    def __call__(self) -> list[str]:
        """Returns the clusters that hang."""
        try:
            self.work.queue_due()
            return [name for name in self.clusters if self._hangs(name)]
        except db.Error as error:
            log.warning("The database does not answer; due work waits: %s", error)
            return []
        finally:
            db.connections.close_all()  # a restarted database, or a pooler in between, must not meet an old connection

    def _hangs(self, cluster: str) -> bool:
        if not self.work.stalled(self.host, cluster):
            return False
        self.work.forget_messages(cluster)
        return True
