"""The port `Tokens`: access tokens that all workers of a job share, renewed by one of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What a token address gave: an access token that serves so many seconds from now (None: not known).

    `refresh_token` is empty when none came: the one before goes on serving.
    """

    access_token: str
    refresh_token: str = ""
    seconds: float | None = None


class Tokens(Protocol):
    """Tokens of one consent, kept where all workers find them.

    One worker renews them at a time: it takes a claim with an expiry, asks outside any transaction, and saves only if
    the claim still holds. The others wait for the new token.
    """

    def access(self, renew: Callable[[str], Granted], owner: str, spent: str = "") -> Granted:
        """A token that still serves. `renew` trades a refresh token for new ones.

        owner: client and token address; tokens of another owner are not used. spent: an access token that was refused.
        Raises CredentialsRejected when there are none of this owner, RetryLater when another worker takes too long to
        renew them, and whatever `renew` raises.
        """
