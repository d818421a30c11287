"""Changes since a token: what a link holds, and a read that goes page by page through one phase after another.

The head of the directory is taken at the first page and stands in the deltaLink of the last: whatever changes meanwhile
has a higher number and is told again by the next read. Nothing is missed, something may be told twice.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from provisioning.api.calls import Call, Reply
from provisioning.api.errors import BadRequest, StartAgain
from provisioning.api.filter_parsing import Comparison, Node, parse
from provisioning.api.options import LARGEST_PAGE
from provisioning.models import Directory
from provisioning.models.directory import TOLD_FOR

SALT = "provisioning.api.delta"
USUAL_PAGE = 200
MOST_IDS = 50
LATEST = "latest"


@dataclass(frozen=True, kw_only=True)
class State:
    """What a link holds. `since`: the change number up to which the reader knows everything; None in a first read.

    `head`: of the directory when this read began. `phase` and `key`: where the next page begins, as `change, pk`, or
    `pk` alone in a first read. `names`: what $select chose. `ids`: the objects that $filter chose.
    """

    of: str
    tenant: str
    names: Sequence[str] = ()
    ids: Sequence[str] = ()
    since: int | None = None
    head: int = 0
    phase: int = 0
    key: Sequence[int] = field(default=())


Rows = QuerySet[Any]
Tell = Callable[[Sequence[Any]], list[dict[str, Any]]]
Select = Callable[[str | None], Sequence[str]]
"""Reads the names out of $select."""


@dataclass(frozen=True)
class Phase:
    """Rows to go through. `order`: by which columns; `change` first where rows are chosen by their change number."""

    rows: Rows
    order: Sequence[str]
    tell: Tell


def read(call: Call, of: str, select: Select, phases: Callable[[State], Sequence[Phase]]) -> Reply:
    """The page that the call asks for. `of`: users or groups. Raises GraphError."""
    state = _asked(call, of)
    if state is None:
        state = _first(call, of, select)
        if call.options.get("$deltatoken") == LATEST:
            return _reply(call, state, [], is_last=True)
    size = _size(call)
    found: list[dict[str, Any]] = []
    steps = phases(state)
    for number in range(state.phase, len(steps)):
        step = steps[number]
        rows = list(_from(step, state.key if number == state.phase else ())[: size + 1])
        found += step.tell(rows[:size])
        if len(rows) > size:
            key = [getattr(rows[size - 1], column) for column in step.order]
            return _reply(call, replace(state, phase=number, key=key), found)
        if found and number + 1 < len(steps):
            return _reply(call, replace(state, phase=number + 1, key=()), found)
    return _reply(call, state, found, is_last=True)


def changed(since: int, column: str = "change") -> Q:
    return Q(**{f"{column}__gt": since})


def _from(step: Phase, key: Sequence[int]) -> Rows:
    """The rows behind the key. The first condition is what the index serves; the other sorts out rows of one number."""
    rows = step.rows.order_by(*step.order)
    if not key:
        return rows
    first = step.order[0]
    if len(key) == 1:
        return rows.filter(**{f"{first}__gt": key[0]})
    return rows.filter(
        Q(**{f"{first}__gt": key[0]}) | Q(**{f"{step.order[1]}__gt": key[1]}), **{f"{first}__gte": key[0]}
    )


def _first(call: Call, of: str, select: Select) -> State:
    directory = Directory.objects.the_one()
    names = select(call.options.get("$select"))
    ids = _ids(call.options.get("$filter"))
    return State(of=of, tenant=str(directory.tenant_id), names=names, ids=ids, head=directory.head)


def _asked(call: Call, of: str) -> State | None:
    """What the link of an earlier answer holds; None in a first request."""
    token = call.options.get("$skiptoken") or call.options.get("$deltatoken")
    if not token or token == LATEST:
        return None
    try:
        state = State(**signing.loads(token, salt=SALT, max_age=TOLD_FOR))
    except signing.SignatureExpired:
        raise StartAgain(_again(call)) from None
    except (signing.BadSignature, TypeError, ValueError):
        raise StartAgain(_again(call), code="resyncRequired") from None
    directory = Directory.objects.the_one()
    if state.of != of or state.tenant != str(directory.tenant_id):
        raise BadRequest(_("This token belongs to another resource or to another tenant."))
    since = state.since if "$skiptoken" in call.options else state.head
    if since is not None and since < directory.swept:
        raise StartAgain(_again(call, state.names))
    if "$skiptoken" in call.options:
        return state
    return replace(state, since=state.head, head=directory.head, phase=0, key=())


def _again(call: Call, names: Sequence[str] = ()) -> str:
    """Where a new read begins."""
    return call.url(call.incoming.path, **({"select": ",".join(names)} if names else {}))


def _reply(call: Call, state: State, found: Sequence[Mapping[str, Any]], *, is_last: bool = False) -> Reply:
    token = signing.dumps(asdict(state), salt=SALT, compress=True)
    link = {"deltatoken": token} if is_last else {"skiptoken": token}
    body = {
        "@odata.context": call.context(state.of if not state.names else f"{state.of}({','.join(state.names)})"),
        "@odata.deltaLink" if is_last else "@odata.nextLink": call.url(call.incoming.path, **link),
        "value": found,
    }
    is_minimal = call.prefers("return=minimal")
    return Reply(body, headers={"Preference-Applied": "return=minimal"} if is_minimal else {})


def _size(call: Call) -> int:
    """Rows on a page: as many as the header Prefer asks for."""
    for wish in call.incoming.headers.get("Prefer", "").replace(";", ",").split(","):
        name, _equals, number = wish.strip().partition("=")
        if name.lower() == "odata.maxpagesize" and number.isdecimal() and len(number) < 9:
            return min(max(int(number), 1), LARGEST_PAGE)
    return USUAL_PAGE


def _ids(text: str | None) -> Sequence[str]:
    """The ids of "id eq '...' or id eq '...'", the one filter that a delta takes. Raises BadRequest."""
    if not text:
        return ()
    found = list(_compared(parse(text)))
    if len(found) > MOST_IDS:
        raise BadRequest(_("Invalid filter clause: at most %(n)d ids.") % {"n": MOST_IDS})
    try:
        return [str(uuid.UUID(each)) for each in found]
    except ValueError:
        raise BadRequest(_("Invalid filter clause: an id is a GUID.")) from None


def _compared(node: Node) -> Sequence[str]:
    if isinstance(node, Comparison):
        if node.path.lower() == "id" and node.operator in ("eq", "in") and all(isinstance(v, str) for v in node.values):
            return [str(value) for value in node.values]
    elif node.word == "or":
        return [each for part in node.parts for each in _compared(part)]
    raise BadRequest(_("A delta can only be filtered by id: id eq '...' or id eq '...'."))
