"""Who calls the service, by the token of the call."""

import threading
from collections import Counter

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from provisioning.sandbox import clock, tokens
from provisioning.sandbox.answers import Refused
from provisioning.sandbox.models import Token, User

ADMIN_SCOPE = "identity:"


class Callers:
    """Who calls, by token, as long as no user was changed since: asking the database took a third of each call.

    `calls` is how often each access token may be used from then on; 0 is as often as one likes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Token] = {}
        self._used: Counter[str] = Counter()
        self._calls = 0
        self._changes = 0

    def limit(self, calls: int) -> None:
        with self._lock:
            self._calls = calls
            self._used.clear()

    def forget(self) -> None:
        with self._lock:
            self._known.clear()
            self._changes += 1

    def forget_user(self, user: User) -> None:
        """Called for every change of every user; only those who call are known here."""
        if any(token.user.pk == user.pk for token in list(self._known.values())):
            transaction.on_commit(self.forget)

    def get(self, text: str) -> Token | None:
        digest, changes = tokens.digest(text), self._changes
        known = self._known.get(digest)
        if known is None or known.expires_at <= clock.now():
            known = tokens.find(Token.Kind.ACCESS, text)
        with self._lock:
            self._used[digest] += 1
            if known is None or 0 < self._calls < self._used[digest]:
                return None
            if changes == self._changes:  # else it may have ended since it was read
                self._known[digest] = known
        return known


CALLERS = Callers()


@receiver([post_save, post_delete], sender=User)
def _user_changed(instance: User, **more: object) -> None:
    CALLERS.forget_user(instance)


def caller(authorization: str) -> User:
    """Who calls the Admin API. `Refused` (401) without a valid token that has the Admin API's scope."""
    token = token_of(authorization)
    if token is None or ADMIN_SCOPE not in token.scope.split():
        raise Refused(401, "not.authenticated")
    user: User = token.user
    return user


def token_of(authorization: str) -> Token | None:
    """The valid token of an Authorization header."""
    scheme, _, text = authorization.partition(" ")
    if scheme.lower() == "oauth":  # the way of calls before OAuth v2
        text = text.strip().removeprefix("oauth_token=")
    elif scheme.lower() != "bearer":
        text = ""
    return CALLERS.get(text.strip()) if text else None
