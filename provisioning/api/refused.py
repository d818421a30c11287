"""A sign-in that is refused, with the word and the number that Microsoft's clients know it by."""

from collections.abc import Mapping


class Refused(Exception):
    """`word`: OAuth's. `number`: behind AADSTS. `said`: a sentence, translated already."""

    def __init__(
        self, word: str, number: int, said: str, *, status: int = 0, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(said)
        self.word = word
        self.number = number
        self.said = said
        self.status = status or (401 if word == "invalid_client" else 400)
        challenge = {"WWW-Authenticate": 'Basic realm="Provisioning Portal"'} if self.status == 401 else {}
        self.headers = {**challenge, **(headers or {})}
