"""What the doctor for GoTo asks with: single requests whose answer is looked at, whatever it is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from provisioning.connectors.goto import GoTo
from provisioning.connectors.goto_service import expected_form
from provisioning.connectors.goto_values import error_codes
from provisioning.errors import ProvisioningError
from provisioning.texts import Message, gettext_noop, say
from provisioning.wire.client import Answer

COULD_NOT_TELL = gettext_noop("Could not be told: %(reason)s.")
ANSWERED = gettext_noop("%(asked)s answers %(status)s: %(said)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`assumption` is its id in docs/goto.md; `held` is None when it could not be told."""

    assumption: str
    held: bool | None
    text: Message


class Probe:
    """Asks GoTo's services as the connector would, and takes every answer as an answer."""

    def __init__(self, target: GoTo) -> None:
        self.target = target

    def users(self, query: str = "") -> Answer:
        """The list of users, with this query as it stands."""
        return self.admin("GET", "users", query=query)

    def admin(self, method: str, *parts: str, query: str = "", body: Any = None) -> Answer:
        return self.target.signed_in(method, self.target.base_url + self.target.path(*parts) + query, body)

    def scim(self, method: str, path: str, body: Any = None) -> Answer:
        return self.target.signed_in(method, f"{self._api}/identity/v1{path}", body)

    def meeting(self, path: str) -> Answer:
        return self.target.signed_in("GET", f"{self._api}/G2M/rest{path}")

    def as_stranger(self, path: str) -> Answer:
        """With a token that GoTo never gave."""
        headers = {"Authorization": "Bearer changed", "Accept": "application/json"}
        return self.target.exchange(requests.Request("GET", self._api + path, headers))

    @property
    def _api(self) -> str:
        return self.target.setting("api_url").rstrip("/")


Check = Callable[[Probe], Sequence[Finding]]


def run(checks: Mapping[tuple[str, ...], Callable[[], Sequence[Finding]]]) -> Iterator[Finding]:
    """Checks by the ids of what they tell; one that fails tells nothing, and the others go on."""
    for ids, check in checks.items():
        try:
            with expected_form():
                yield from check()
        except ProvisioningError as error:
            yield from unknown(ids, str(error))


def unknown(ids: Sequence[str], reason: str) -> Sequence[Finding]:
    return [Finding(assumption=each, held=None, text=say(COULD_NOT_TELL, reason=reason.rstrip("."))) for each in ids]


def answered(assumption: str, answer: Answer, held: bool | None) -> Finding:
    """What was asked, and what came back: the codes of a refusal, else the beginning of it."""
    said = ", ".join(error_codes(answer.data)) or answer.exchange.response[:60] or "–"
    parts = urlsplit(answer.exchange.url)
    asked = f"{answer.exchange.method} {parts.path}{'?' if parts.query else ''}{parts.query}"
    text = say(ANSWERED, asked=asked, status=answer.status, said=said)
    return Finding(assumption=assumption, held=held, text=text)


def equals(attribute: str, value: str) -> str:
    """A query with a filter of today's grammar."""
    return "?filter=" + quote(f'{attribute} eq "{value}"')


def has_challenge(answer: Answer) -> bool:
    return "invalid_token" in answer.headers.get("WWW-Authenticate", "")
