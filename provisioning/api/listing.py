"""A collection: filtered, sorted, cut into pages by key, and told with the link to the next page."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from provisioning.api.calls import Call, Reply
from provisioning.api.errors import BadRequest
from provisioning.api.filter_rows import condition
from provisioning.api.options import read_flag, read_top
from provisioning.api.properties import Kind, Property, Type

SALT = "provisioning.api.skip"
Tell = Callable[[Sequence[Any]], list[dict[str, Any]]]


def collection(call: Call, kind: Kind, rows: QuerySet[Any], tell: Tell | None = None) -> Reply:
    """The page that the call asks for. `tell` makes the JSON of the rows of a page, when it takes more than one row."""
    names = kind.select(call.options.get("$select"))
    if text := call.options.get("$filter"):
        rows = rows.filter(condition(text, kind))
    if text := call.options.get("$search"):
        rows = rows.filter(searched(text, kind))
    is_counted = read_flag(call.options.get("$count")) and "$skiptoken" not in call.options
    body: dict[str, Any] = {"@odata.context": call.context(kind.collection + selection(names))}
    if is_counted:
        body["@odata.count"] = rows.count()
    page, key = page_of(call, rows, order_of(call.options.get("$orderby"), kind))
    if key:
        body["@odata.nextLink"] = next_link(call, key)
    body["value"] = tell(page) if tell else [kind.as_json(row, names) for row in page]
    return Reply(body)


def entity(call: Call, kind: Kind, row: Any, names: Sequence[str], status: int = 200) -> Reply:
    """One object."""
    context = call.context(f"{kind.collection}{selection(names)}/$entity")
    return Reply({"@odata.context": context, **kind.as_json(row, names)}, status)


def selection(names: Sequence[str]) -> str:
    return f"({','.join(names)})" if names else ""


def page_of(call: Call, rows: QuerySet[Any], order: tuple[str, bool]) -> tuple[list[Any], str]:
    """The rows of this page, and the key from which the next one goes on; empty when there is none."""
    top = read_top(call.options.get("$top"))
    column, down = order
    if token := call.options.get("$skiptoken"):
        rows = rows.filter(_behind(_unsigned(call, token), column, down))
    sign = "-" if down else ""
    keys = [f"{sign}{column}", f"{sign}pk"] if column != "pk" else [f"{sign}pk"]
    found: list[Model] = list(rows.order_by(*keys)[: top + 1])
    if len(found) <= top:
        return found, ""
    last = found[top - 1]
    return found[:top], _signed(call, [last.pk] if column == "pk" else [getattr(last, column), last.pk])


def next_link(call: Call, key: str) -> str:
    """This very request with another place to begin."""
    query = {name.removeprefix("$"): value for name, value in call.options.items() if name != "$skiptoken"}
    return call.url(call.incoming.path, **{**query, "skiptoken": key})


def order_of(text: str | None, kind: Kind) -> tuple[str, bool]:
    """The column to sort by, and whether downwards; by the primary key when nothing is asked for."""
    words = (text or "").split()
    if not words:
        return "pk", False
    each = kind.named(words[0])
    if len(words) > 2 or (len(words) == 2 and words[1].lower() not in ("asc", "desc")) or each is None:
        raise BadRequest(_("Invalid $orderby: it takes one property, with asc or desc behind it."))
    if not _sortable(each):
        raise BadRequest(_("Sorting by '%(name)s' is not supported.") % {"name": each.name})
    return each.column, words[-1].lower() == "desc"


def _sortable(each: Property) -> bool:
    """Columns that are never null: a null has no place in an order that every database shares."""
    return bool(each.column) and each.type is Type.TEXT and each.words is None and "__" not in each.column


def searched(text: str, kind: Kind) -> Q:
    """What $search means: "property:beginning", in quotation marks. Raises BadRequest."""
    name, colon, wanted = text.strip().strip('"').partition(":")
    each = kind.named(name.strip())
    if not colon or not wanted.strip() or each is None or "startswith" not in each.allowed or not each.column:
        raise BadRequest(_('Invalid $search: write "property:text", like "displayName:Bo".'))
    begun = wanted.strip()
    return Q(**{f"{each.column}__istartswith": begun}) | Q(**{f"{each.column}__icontains": f" {begun}"})


def _behind(key: Sequence[Any], column: str, down: bool) -> Q:
    side = "lt" if down else "gt"
    if column == "pk":
        return Q(**{f"pk__{side}": key[0]})
    return Q(**{f"{column}__{side}": key[0]}) | Q(**{column: key[0], f"pk__{side}": key[1]})


def _signed(call: Call, key: Sequence[Any]) -> str:
    return signing.dumps([_shape(call), *key], salt=SALT)


def _unsigned(call: Call, token: str) -> Sequence[Any]:
    """The key in a token that was made here for this very list. Raises BadRequest."""
    try:
        shape, *key = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        raise BadRequest(_("Invalid $skiptoken.")) from None
    if shape != _shape(call):
        raise BadRequest(_("This $skiptoken belongs to another query."))
    return list(key)


def _shape(call: Call) -> str:
    """Tells lists apart in which the same key stands at another place."""
    options: Mapping[str, str] = call.options
    parts = [call.incoming.path.lower(), *(options.get(name, "") for name in ("$filter", "$orderby", "$search"))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
