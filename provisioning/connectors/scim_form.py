"""Whether a user is told in the form that the standard has: what the portal gets along with, and others may not."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from provisioning.connectors.scim_findings import Finding, Verdict
from provisioning.connectors.scim_paths import key_of, named
from provisioning.connectors.scim_schema import ACTIVE, USER
from provisioning.texts import Message, gettext_noop, say
from provisioning.wire.client import Answer

AS_DUE = gettext_noop("Works: the answer has the form of the standard.")
OTHER_CONTENT = gettext_noop("Against the standard: the answer is %(type)s, where application/scim+json is due.")
PLAIN_JSON = gettext_noop("Answers are application/json. The standard has application/scim+json.")
ID_NO_TEXT = gettext_noop("Against the standard: the id is %(value)s, which is no text.")
ACTIVE_NO_BOOLEAN = gettext_noop("Against the standard: active is %(value)s, which is neither true nor false.")
OTHER_SPELLING = gettext_noop(
    "Attributes are spelled with other letters: %(name)s. Names have no case, so this is allowed."
)
NO_SCHEMAS = gettext_noop("Against the standard: the attribute schemas does not name %(urn)s.")
NO_META = gettext_noop("Against the standard: meta does not tell the resourceType User.")
NO_LOCATION = gettext_noop("The attribute meta does not tell the location.")
OTHER_LOCATION = gettext_noop(
    "Against the standard: meta tells the location %(location)s, which is not that of this user."
)

SCIM_JSON, JSON = "application/scim+json", "application/json"
Seen = tuple[str, Verdict, Message]


def looked_at(answer: Answer) -> Iterator[Finding]:
    """A finding for each deviation, or one that there is none."""
    seen = [*_content_type(answer), *_types(answer.data), *_marks(answer.data)]
    if not any(verdict is Verdict.FAILS for _, verdict, _ in seen):
        seen.insert(0, ("read user", Verdict.WORKS, say(AS_DUE)))
    for name, verdict, text in seen:
        yield Finding(name=name, verdict=verdict, text=text, exchanges=(answer.exchange,))


def _content_type(answer: Answer) -> Iterator[Seen]:
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind == JSON:
        yield "content type", Verdict.NOTED, say(PLAIN_JSON)
    elif kind != SCIM_JSON:
        yield "content type", Verdict.FAILS, say(OTHER_CONTENT, type=kind or "-")


def _types(data: Any) -> Iterator[Seen]:
    id_, active, name = named(data, "id"), named(data, ACTIVE), key_of(data, "userName")
    if not isinstance(id_, str):
        yield "id type", Verdict.FAILS, say(ID_NO_TEXT, value=repr(id_))
    if active is not None and not isinstance(active, bool):
        yield "active type", Verdict.FAILS, say(ACTIVE_NO_BOOLEAN, value=repr(active))
    if name and name != "userName":
        yield "attribute names", Verdict.NOTED, say(OTHER_SPELLING, name=name)


def _marks(data: Any) -> Iterator[Seen]:
    schemas, meta = named(data, "schemas"), named(data, "meta")
    if not isinstance(schemas, list) or USER.casefold() not in [str(each).casefold() for each in schemas]:
        yield "schemas listed", Verdict.FAILS, say(NO_SCHEMAS, urn=USER)
    if named(meta, "resourceType") != "User":
        yield "meta", Verdict.FAILS, say(NO_META)
    elif not (location := str(named(meta, "location") or "")):
        yield "meta", Verdict.NOTED, say(NO_LOCATION)
    elif unquote(location.partition("?")[0].rstrip("/").rpartition("/")[2]) != str(named(data, "id")):
        yield "meta", Verdict.FAILS, say(OTHER_LOCATION, location=location)
