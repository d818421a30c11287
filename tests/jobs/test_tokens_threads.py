"""Workers who need a new access token at the same moment: threads with connections of their own, on both databases."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from portal.accounts.models import Account
from provisioning import vault
from provisioning.choices import ObjectType
from provisioning.connectors.tokens import Granted
from provisioning.errors import ServerError
from provisioning.jobs import authorization, rules
from provisioning.jobs.authorization import Question
from provisioning.jobs.tokens import RowTokens, locked_tokens
from provisioning.models import Credentials, ProvisioningJob
from provisioning.texts import say
from tests.consent import consent
from tests.factories import make_job
from tests.goto_service import GotoService

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]
OWNER = "client https://login.contoso.example/token"
WORKERS = 8


@pytest.fixture(autouse=True)
def shared(db: None, tmp_path: Path) -> Iterator[None]:
    """A database whose locks threads wait for: SQLite does so in a file only, with the tables of the one in memory."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    kept, name = connection.connection, connection.settings_dict["NAME"]
    path = tmp_path / "shared.sqlite3"
    with sqlite3.connect(path) as file:
        kept.backup(file)
    file.close()
    connection.connection, connection.settings_dict["NAME"] = None, str(path)
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = kept, name


def at_once(work: Callable[[], Any], workers: int = WORKERS) -> list[Any]:
    """What this gives to so many threads that begin together; their connections are closed."""
    barrier = threading.Barrier(workers)

    def together() -> Any:
        barrier.wait(10)
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return [each.result(30) for each in [pool.submit(together) for _ in range(workers)]]


class Renewal:
    """Renews after a moment, fails the first times, and counts how often it was asked and by how many at once."""

    def __init__(self, failures: int = 0) -> None:
        self.asked: list[str] = []
        self.failures = failures
        self.inside = self.most = 0
        self._lock = threading.Lock()

    def __call__(self, refresh_token: str) -> Granted:
        with self._lock:
            self.asked.append(refresh_token)
            self.inside += 1
            self.most = max(self.most, self.inside)
            fails = len(self.asked) <= self.failures
        time.sleep(0.3)
        with self._lock:
            self.inside -= 1
        if fails:
            raise ServerError(say("down"))
        return Granted(access_token="access-2", refresh_token="refresh-2", seconds=3600)


@pytest.fixture
def job(shared: None) -> ProvisioningJob:
    """One whose access token has ended."""
    job = make_job(credentials={})
    ended = Granted(access_token="access-1", refresh_token="refresh-1", seconds=0)
    Credentials.objects.filter(job=job).update(tokens=locked_tokens(ended, OWNER))
    return job


def test_eight_workers_renew_once_and_all_get_the_new_token(job: ProvisioningJob) -> None:
    renew = Renewal()

    given = at_once(lambda: RowTokens(job.pk).access(renew, OWNER).access_token)

    assert (renew.asked, given) == (["refresh-1"], ["access-2"] * WORKERS)
    assert vault.unlock(Credentials.objects.get(job=job).tokens)["refresh_token"] == "refresh-2"


def test_after_a_failed_renewal_one_other_tries_again(job: ProvisioningJob) -> None:
    renew = Renewal(failures=1)

    def work() -> str:
        try:
            return RowTokens(job.pk).access(renew, OWNER).access_token
        except ServerError:
            return "failed"

    given = at_once(work)

    assert (renew.asked, renew.most) == (["refresh-1", "refresh-1"], 1)
    assert sorted(given) == [*["access-2"] * (WORKERS - 1), "failed"]


def test_a_token_refused_to_all_of_them_is_renewed_once(job: ProvisioningJob) -> None:
    serving = Granted(access_token="access-1", refresh_token="refresh-1", seconds=3600)
    Credentials.objects.filter(job=job).update(tokens=locked_tokens(serving, OWNER))
    renew = Renewal()

    given = at_once(lambda: RowTokens(job.pk).access(renew, OWNER, spent="access-1").access_token)

    assert (renew.asked, given) == (["refresh-1"], ["access-2"] * WORKERS)


def test_two_workers_renew_once_where_a_refresh_token_serves_only_once(service: GotoService) -> None:
    job = make_job(
        credentials={
            "sign_in": "authorization_code",
            "client_id": service.client_id,
            "client_secret": service.client_secret,
            "token_url": service.token_url,
            "authorize_url": service.authorize_url,
            "api_url": service.url,
        }
    )
    question = Question.about(job, job.credentials.unlock())
    back = consent(service, authorization.address(job.application, question))
    agreed = authorization.redeem(job.application, question, back)
    authorization.keep(question, agreed, job.pk, Account.objects.create_user("ada", "Only-for-tests-1"), timezone.now())
    service.strict(refresh_tokens="always", replaced_refresh_tokens_end=True)
    service.expire_tokens("access")
    service.fault("token", "latency_ms", latency_ms=300, times=0)

    def work() -> list[tuple[str, int]]:
        """One worker with a connector of its own, which finds the token refused."""
        target = rules.connector(job.application, rules.saved_credentials(job))
        assert target.get(ObjectType.USER, "999") is None
        return [(each.method, each.status) for each in target.exchanges()]

    said = [each for worker in at_once(work, 2) for each in worker]

    assert said.count(("POST", 200)) == 1
    assert said.count(("GET", 404)) == 2
