"""Several writes in one request (RFC 7644, 3.7) where the application takes them; each keeps an answer of its own."""

import copy
import json
import sys
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import urlsplit

from provisioning.connectors.base import Write, Written
from provisioning.connectors.scim_client import NoTarget, NotOffered
from provisioning.connectors.scim_creation import ScimCreation
from provisioning.connectors.scim_patch import selects
from provisioning.connectors.scim_paths import named
from provisioning.errors import ProvisioningError, RetryLater, SkipObject, StopJob, TooManyRequests, UnexpectedAnswer
from provisioning.records import Exchange
from provisioning.texts import gettext_noop
from provisioning.wire.client import Answer

PATH = "/Bulk"
MESSAGE = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
ENVELOPE = 120
"""Bytes around the operations."""
USE, MOST = "bulk.use", "bulk.ops"

as_text = json.JSONEncoder(ensure_ascii=False).encode  # made once: `json.dumps` would make one each time

NO_OPERATIONS = gettext_noop("The answer of %(app)s tells of no operation (%(method)s %(path)s: %(status)s)")
NOT_TOLD = gettext_noop("%(app)s does not tell what became of this operation (%(method)s %(path)s: %(status)s)")
NO_ID_TOLD = gettext_noop("%(app)s does not tell the id of what it created (%(method)s %(path)s: %(status)s)")


@dataclass(frozen=True, slots=True)
class Part:
    """One write as an operation of a Bulk request: as it is, as a text to read, and as it is sent."""

    write: Write
    operation: Mapping[str, Any]
    text: str
    sent: bytes

    @classmethod
    def of(cls, write: Write, operation: Mapping[str, Any]) -> Self:
        text = as_text(operation)
        return cls(write, operation, text, (text if text.isascii() else json.dumps(operation)).encode())


class ScimBulk(ScimCreation):
    """Sends what takes one request each as operations of one. `bulk_size` becomes less when that does not go well."""

    def takes_along(self, write: Write) -> bool:
        """Not where an account has to be read before or after, nor where one is switched off in place of deleted."""
        if self.bulk_size <= 1:
            return False
        if write.deletes:
            return self.deletes(write.type)
        return not write.id or not (self.puts(write.type) or selects(write.values))

    def bulk(self, writes: Sequence[Write]) -> Sequence[Written]:
        if self.bulk_size <= 1:
            return [Written(alone=True) for _ in writes]
        found = self._fitting(writes)
        parts = [each for each in found if isinstance(each, Part)]
        if len(parts) == 1:
            return [Written(alone=True) if isinstance(each, Part) else each for each in found]
        told = self._exchanged(parts) if parts else ()
        if len(told) < len(parts):
            return ()
        answers = iter(told)
        return [next(answers) if isinstance(each, Part) else each for each in found]

    # --- the request

    def _fitting(self, writes: Iterable[Write]) -> list[Part | Written]:
        """The first ones, as many as one request may hold. The ids of the operations tell which request it was."""
        request, most, bytes_left = uuid.uuid4().hex[:12], self.bulk_size, self._largest - ENVELOPE
        found: list[Part | Written] = []
        for write in writes:
            part = self._part(write, f"{request}-{len(found) + 1}")
            if isinstance(part, Part):
                size = len(part.sent) + 2
                if most < 1 or size > bytes_left:
                    if not any(isinstance(each, Part) for each in found):
                        found.append(Written(alone=True))
                        continue
                    break
                most, bytes_left = most - 1, bytes_left - size
            found.append(part)
        return found

    @property
    def _largest(self) -> int:
        """Bytes in one request."""
        limits = (self.profile.bulk_bytes, self.profile.max_body)
        return min((each for each in limits if each), default=sys.maxsize)

    def _part(self, write: Write, id_: str) -> Part | Written:
        try:
            if write.deletes:
                operation: dict[str, Any] = {"method": "DELETE", "path": self.path_of(write.type, write.id)}
            elif write.id:
                patching = self.patching(write.type)
                bodies = list(patching.bodies(patching.operations(write.values)))
                if len(bodies) != 1:
                    return Written(alone=True)
                operation = {"method": "PATCH", "path": self.path_of(write.type, write.id), "data": bodies[0]}
            else:
                data = self.creation(write.type, write.values)
                operation = {"method": "POST", "path": self.endpoint(write.type), "data": data}
        except SkipObject as error:
            return Written(error=error)
        operation["bulkId"] = id_
        return Part.of(write, operation)

    def _exchanged(self, parts: Sequence[Part]) -> Sequence[Written]:
        """Nothing is told when the application takes fewer at once."""
        body = b'{"schemas": ["%b"], "Operations": [%b]}' % (MESSAGE.encode(), b", ".join(each.sent for each in parts))
        try:
            with self._recorder.in_parts():
                answer = self.try_to("POST", PATH, body=body)
        except ProvisioningError as error:
            if any(each.url.partition("?")[0].endswith(PATH) for each in error.exchanges):
                self._take_fewer(len(parts))
            return self._failed(parts, error)
        if answer.status in (404, 405, 501):
            self._take_none(is_sure=True)
            return [Written(alone=True) for _ in parts]
        return self._told(parts, answer) if answer.ok else self._not_taken(parts, answer)

    # --- the whole request

    def _not_taken(self, parts: Sequence[Part], answer: Answer) -> Sequence[Written]:
        """Refused, nothing was done. After anything else nobody knows."""
        error = self.failure(answer)
        if isinstance(error, SkipObject):
            if answer.status == 413:
                self._take_fewer(len(parts))
                self.found_out[MOST] = self.bulk_size
                return ()
            self._take_none(is_sure=False)
            return [Written(alone=True) for _ in parts]
        if isinstance(error, UnexpectedAnswer):
            self._take_none(is_sure=True)
        elif not isinstance(error, TooManyRequests | StopJob):
            self._take_fewer(len(parts))
        return self._failed(parts, error)

    def _failed(self, parts: Sequence[Part], error: ProvisioningError) -> Sequence[Written]:
        """The failure of the request is that of each write, with its own part of what was said."""
        found = []
        for part in parts:
            own = copy.copy(error)
            own.exchanges = tuple(self._share(part, each) for each in error.exchanges)
            found.append(Written(error=own, said=own.exchanges, whole=isinstance(error, RetryLater)))
        return found

    def _share(self, part: Part, whole: Exchange) -> Exchange:
        """Signing in is everybody's."""
        if not whole.url.partition("?")[0].endswith(PATH):
            return whole
        return self._recorder.part(whole, part.text, whole.status, whole.response)

    def _take_fewer(self, number: int) -> None:
        """So many were too many."""
        self.bulk_size = min(self.bulk_size, max(1, number // 2))

    def _take_none(self, *, is_sure: bool) -> None:
        """One by one from now on. `is_sure`: it is no matter of what was in the request, so the profile says so."""
        self.bulk_size = 1
        if is_sure:
            self.found_out[USE] = False

    # --- each operation

    def _told(self, parts: Sequence[Part], answer: Answer) -> Sequence[Written]:
        """An answer is told by the id of its operation, else by its address: never by its place."""
        entries = named(answer.data, "Operations")
        if not isinstance(entries, list):
            self._take_none(is_sure=True)
            shown = replace(answer, exchange=replace(answer.exchange, response=json.dumps(answer.data)))
            return self._failed(parts, self.error(UnexpectedAnswer, shown, NO_OPERATIONS))
        by_id: dict[Any, Any] = {}
        for each in entries:
            key = named(each, "bulkId")
            by_id[key] = None if key in by_id else each
        unnamed = [each for each in entries if named(each, "bulkId") is None]
        return [
            self._written(part, by_id.get(part.operation["bulkId"]) or self._at_its_address(part, unnamed), answer)
            for part in parts
        ]

    def _at_its_address(self, part: Part, entries: Iterable[Any]) -> Any:
        """The one answer about this object, if there is one."""
        path = str(part.operation["path"])
        found = [each for each in entries if part.write.id and _address(each).endswith(path)]
        return found[0] if len(found) == 1 else None

    def _written(self, part: Part, entry: Any, whole: Answer) -> Written:
        status = _status(entry)
        if not status:
            self._take_none(is_sure=True)
            (lost,) = self._failed([part], self.error(UnexpectedAnswer, whole, NOT_TOLD))
            return Written(error=lost.error, said=lost.said)
        said = (self._recorder.part(whole.exchange, part.text, status, as_text(entry)),)
        headers = {**whole.headers, "Location": str(named(entry, "location") or "")}
        answer = Answer(status, headers, named(entry, "response"), is_json=True, exchange=said[0])
        try:
            return Written(id=self._id(part, answer), said=said)
        except NotOffered:
            self._take_none(is_sure=False)
            return Written(alone=True, said=said)
        except ProvisioningError as error:
            goes_alone = part.write.id and isinstance(error, NoTarget)  # alone it is looked at more closely
            return Written(alone=True, said=said) if goes_alone else Written(error=error, said=said)

    def _id(self, part: Part, answer: Answer) -> str:
        write = part.write
        if write.deletes and answer.status == 404:
            return write.id  # there is no such account any more
        if not answer.ok:
            raise self.failure(answer)
        if write.deletes:
            return write.id
        if write.id:
            self.check_id(answer, write.id)
            self.check_kept(write.type, part.operation["data"]["Operations"], answer)
            return write.id
        if id_ := self.told_id(write.type, answer):
            return id_
        raise self.error(UnexpectedAnswer, answer, NO_ID_TOLD)


def _status(entry: Any) -> int:
    """A number as text; some give a number, or an object around it as an old draft had it. 0: none."""
    status = named(entry, "status")
    text = str(named(status, "code") if isinstance(status, Mapping) else status)
    return int(text) if len(text) == 3 and text.isdecimal() else 0


def _address(entry: Any) -> str:
    return urlsplit(str(named(entry, "location") or "")).path.rstrip("/")
