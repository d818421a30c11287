"""Tokens of a consent over rows: renewed before they end, by one worker, and saved only by who holds the claim."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from provisioning import vault
from provisioning.connectors.tokens import Granted
from provisioning.errors import CredentialsRejected, ServerError
from provisioning.jobs import tokens
from provisioning.jobs.tokens import RowTokens, locked_tokens
from provisioning.models import Credentials, ProvisioningJob
from provisioning.texts import say
from tests.factories import make_job

pytestmark = pytest.mark.django_db(transaction=True)
OWNER = "client https://login.contoso.example/token"


@pytest.fixture
def job() -> ProvisioningJob:
    return make_job(credentials={})


def keep(job: ProvisioningJob, seconds: float | None = 3600, refresh: str = "refresh-1") -> None:
    granted = Granted(access_token="access-1", refresh_token=refresh, seconds=seconds)
    Credentials.objects.filter(job=job).update(tokens=locked_tokens(granted, OWNER))


def kept(job: ProvisioningJob) -> tuple[str, str]:
    held = vault.unlock(Credentials.objects.get(job=job).tokens)
    return held["access_token"], held["refresh_token"]


def never(_: str) -> Granted:
    raise AssertionError("nothing was to be renewed")


def once(access: str = "access-2", refresh: str = "") -> Callable[[str], Granted]:
    """Renews, and says with what it was asked to."""

    def renew(refresh_token: str) -> Granted:
        assert refresh_token == "refresh-1"
        assert not connection.in_atomic_block
        return Granted(access_token=access, refresh_token=refresh, seconds=3600)

    return renew


def test_a_token_that_still_serves_is_given(job: ProvisioningJob) -> None:
    keep(job)

    granted = RowTokens(job.pk).access(never, OWNER)

    assert granted.access_token == "access-1"
    assert granted.seconds is not None
    assert 3500 < granted.seconds <= 3600


@pytest.mark.parametrize("seconds", [0, 100])
def test_one_that_ends_soon_is_renewed_before(job: ProvisioningJob, seconds: float) -> None:
    keep(job, seconds)

    assert RowTokens(job.pk).access(once(), OWNER).access_token == "access-2"


def test_one_that_was_refused_is_renewed(job: ProvisioningJob) -> None:
    keep(job)

    assert RowTokens(job.pk).access(once(), OWNER, spent="access-1").access_token == "access-2"


def test_one_that_another_worker_renewed_meanwhile_is_taken(job: ProvisioningJob) -> None:
    keep(job)

    assert RowTokens(job.pk).access(never, OWNER, spent="access-0").access_token == "access-1"


@pytest.mark.parametrize(("new", "then"), [("", "refresh-1"), ("refresh-2", "refresh-2")])
def test_the_old_refresh_token_is_kept_when_none_comes_back(job: ProvisioningJob, new: str, then: str) -> None:
    keep(job, 0)

    RowTokens(job.pk).access(once(refresh=new), OWNER)

    assert kept(job) == ("access-2", then)


def test_a_life_that_was_not_told_is_a_short_one(job: ProvisioningJob) -> None:
    keep(job, None)

    granted = RowTokens(job.pk).access(never, OWNER)

    assert granted.seconds is not None
    assert granted.seconds <= 600


@pytest.mark.parametrize("owner", ["another client", ""])
def test_tokens_of_another_client_are_not_used(job: ProvisioningJob, owner: str) -> None:
    keep(job)

    with pytest.raises(CredentialsRejected, match="Click Authorize"):
        RowTokens(job.pk).access(never, owner)


def test_without_consent_it_is_said_what_to_do(job: ProvisioningJob) -> None:
    with pytest.raises(CredentialsRejected, match="Click Authorize"):
        RowTokens(job.pk).access(never, OWNER)


def test_who_fails_gives_the_claim_back(job: ProvisioningJob) -> None:
    keep(job, 0)

    def fail(_: str) -> Granted:
        raise ServerError(say("down"))

    with pytest.raises(ServerError, match="down"):
        RowTokens(job.pk).access(fail, OWNER)

    assert RowTokens(job.pk).access(once(), OWNER).access_token == "access-2"


def test_while_one_worker_renews_no_other_does(job: ProvisioningJob) -> None:
    keep(job, 0)

    def renew(_: str) -> Granted:
        with pytest.raises(ServerError, match="Another worker renews"):
            RowTokens(job.pk, wait=0.1).access(never, OWNER)
        return Granted(access_token="access-2", seconds=3600)

    assert RowTokens(job.pk).access(renew, OWNER).access_token == "access-2"


def test_who_waited_takes_the_new_token(job: ProvisioningJob, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(job, 0)
    Credentials.objects.filter(job=job).update(claimed_until=timezone.now() + timedelta(seconds=30))

    def meanwhile(_: float) -> None:
        """The other worker is done."""
        newer = locked_tokens(Granted(access_token="access-2", refresh_token="refresh-1", seconds=3600), OWNER)
        Credentials.objects.filter(job=job).update(claimed_until=None, tokens=newer)

    monkeypatch.setattr(tokens.time, "sleep", meanwhile)

    assert RowTokens(job.pk).access(never, OWNER).access_token == "access-2"


def test_who_waits_too_long_leaves_it_for_later(job: ProvisioningJob) -> None:
    keep(job, 0)
    Credentials.objects.filter(job=job).update(claimed_until=timezone.now() + timedelta(seconds=30))

    with pytest.raises(ServerError, match="Another worker renews"):
        RowTokens(job.pk, wait=0.1).access(never, OWNER)


def test_a_claim_whose_owner_vanished_is_taken_over(job: ProvisioningJob) -> None:
    keep(job, 0)
    Credentials.objects.filter(job=job).update(claim_token=3, claimed_until=timezone.now() - timedelta(seconds=1))

    assert RowTokens(job.pk).access(once(), OWNER).access_token == "access-2"


def test_tokens_that_were_renewed_since_they_were_read_are_not_renewed_again(
    job: ProvisioningJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other worker held the claim when they were read, and was done right after."""
    keep(job, 0)
    unlock = vault.unlock

    def read_and_renewed(locked: str) -> dict[str, str]:
        monkeypatch.setattr(tokens.vault, "unlock", unlock)
        newer = locked_tokens(Granted(access_token="access-2", refresh_token="refresh-2", seconds=3600), OWNER)
        Credentials.objects.filter(job=job).update(tokens=newer)
        return unlock(locked)

    monkeypatch.setattr(tokens.vault, "unlock", read_and_renewed)

    assert RowTokens(job.pk).access(never, OWNER).access_token == "access-2"


def test_who_lost_the_claim_saves_nothing(job: ProvisioningJob) -> None:
    keep(job, 0)

    def slow(refresh_token: str) -> Granted:
        """Meanwhile the claim ran out, and another worker has renewed them."""
        newer = locked_tokens(Granted(access_token="access-3", refresh_token="refresh-3", seconds=3600), OWNER)
        Credentials.objects.filter(job=job).update(claim_token=9, claimed_until=None, tokens=newer)
        return Granted(access_token="access-2", refresh_token="refresh-2", seconds=3600)

    assert RowTokens(job.pk).access(slow, OWNER).access_token == "access-3"
    assert kept(job) == ("access-3", "refresh-3")
