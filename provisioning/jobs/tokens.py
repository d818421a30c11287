"""The port `Tokens` over rows: tokens lie beside the credentials, locked, and one worker at a time renews them."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from provisioning import vault
from provisioning.connectors.tokens import Granted
from provisioning.errors import CredentialsRejected, ServerError
from provisioning.models import Credentials
from provisioning.texts import gettext_noop, say

CLAIM = timedelta(seconds=40)
"""Longer than a request may take; whoever vanishes with the claim holds the others up for so long at most."""
WAIT_SECONDS, LOOK_SECONDS = 8.0, 0.25
MARGIN_SECONDS = 120.0
"""So long before its end an access token is renewed."""
UNKNOWN_LIFE = 600.0
"""Seconds for which a token is used whose life was not told."""

NO_TOKENS = gettext_noop(
    "Nobody has given consent for this client and token address yet. Click Authorize on the page Provisioning."
)
IN_OTHER_HANDS = gettext_noop("Another worker renews the access token, and has not done so yet.")


def locked_tokens(granted: Granted, owner: str, before: str = "") -> str:
    """What the row keeps of them. `before`: the refresh token that goes on serving when no new one came."""
    life = UNKNOWN_LIFE if granted.seconds is None else granted.seconds
    return vault.lock(
        {
            "owner": owner,
            "access_token": granted.access_token,
            "refresh_token": granted.refresh_token or before,
            "ends_at": str(time.time() + life),
        }
    )


class RowTokens:
    """Those of one job's credentials. Each call reads the row: another worker may have renewed them."""

    def __init__(self, job_id: int, wait: float = WAIT_SECONDS) -> None:
        self._job_id, self._wait = job_id, wait

    def access(self, renew: Callable[[str], Granted], owner: str, spent: str = "") -> Granted:
        until = time.monotonic() + self._wait
        with _own_connection():
            while True:
                row = Credentials.objects.filter(job=self._job_id).first()
                held = vault.unlock(row.tokens) if row and row.tokens else {}
                if row is None or held.get("owner") != owner:
                    raise CredentialsRejected(say(NO_TOKENS))
                seconds = float(held["ends_at"]) - time.time()
                if held["access_token"] != spent and seconds > MARGIN_SECONDS:
                    return Granted(access_token=held["access_token"], seconds=seconds)
                if self._claim(row):
                    self._renewed(row.claim_token + 1, held, renew)
                elif time.monotonic() > until:
                    raise ServerError(say(IN_OTHER_HANDS))
                else:
                    time.sleep(LOOK_SECONDS)

    def _claim(self, row: Credentials) -> bool:
        """Only while the tokens are those that were read: else they were renewed between reading and now."""
        free = Q(claimed_until=None) | Q(claimed_until__lte=Now())
        mine = Credentials.objects.filter(free, pk=row.pk, claim_token=row.claim_token, tokens=row.tokens)
        return bool(mine.update(claim_token=row.claim_token + 1, claimed_until=Now() + CLAIM))

    def _renewed(self, token: int, held: Mapping[str, str], renew: Callable[[str], Granted]) -> None:
        """Ask, and save if the claim still holds; if not, somebody else's tokens are the ones that count."""
        mine = Credentials.objects.filter(job=self._job_id, claim_token=token)
        try:
            granted = renew(held["refresh_token"])
        except BaseException:  # whatever it is, the others need not wait for the claim to end
            mine.update(claimed_until=None)
            raise
        mine.update(tokens=locked_tokens(granted, held["owner"], held["refresh_token"]), claimed_until=None)


class GrantedNow:
    """Tokens that were granted a moment ago and are not saved yet."""

    def __init__(self, granted: Granted) -> None:
        self._granted = granted

    def access(self, renew: Callable[[str], Granted], owner: str, spent: str = "") -> Granted:
        return renew(self._granted.refresh_token) if spent else self._granted


@contextmanager
def _own_connection() -> Iterator[None]:
    """A thread that had no connection to the database has none afterwards: nobody else would close it."""
    had_one = connection.connection is not None
    try:
        yield
    finally:
        if not had_one:
            connection.close()
