"""A SCIM target that costs next to nothing: users and groups kept in memory, one by one or in bulk.

It stands on `target.py`: the same connections, the same count of requests (`GET /stats`, `DELETE /stats`).
"""

import json
import re
from collections import Counter
from typing import Any
from urllib.parse import parse_qs, unquote

from benchmarks.target import BEARER, Answer, run

ROOT = "/scim/v2"
MOST_OPERATIONS, LARGEST = 1000, 16 * 2**20
LARGEST_PAGE = 1000
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
NAMES = {"Users": "userName", "Groups": "displayName"}
_FILTER = re.compile(r'(\w+) eq "([^"\\]*)"')
_PATH = re.compile(rf"(?:{ROOT})?/(Users|Groups)(?:/(\w+))?")


class ScimApi:
    """The calls. Each gives a status and what becomes the JSON of the answer."""

    def __init__(self) -> None:
        self.held: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in NAMES}
        self.requests: Counter[str] = Counter()
        self._ids: dict[tuple[str, str], str] = {}
        self._last = 0

    def answer(self, method: str, target: str, authorization: str, body: bytes) -> Answer:
        path, _, text = target.partition("?")
        if path == "/stats":
            return self._stats(method)
        if authorization != f"Bearer {BEARER}":
            return _refused(401)
        data = json.loads(body) if body else {}
        if path == f"{ROOT}/Bulk":
            self.requests["bulk"] += 1
            return 200, {"Operations": [self._operation(each) for each in data["Operations"]]}
        if path == f"{ROOT}/ServiceProviderConfig":
            return 200, {"patch": {"supported": True}, "bulk": _BULK, "filter": {"supported": True}}
        found = _PATH.fullmatch(path)
        if not found:
            return _refused(404)
        name = f"{found[1].lower()}.{'find' if 'filter=' in text else method.lower()}"
        self.requests[name] += 1
        return self._call(method, found[1], found[2], data, text)

    def _operation(self, operation: dict[str, Any]) -> dict[str, Any]:
        found = _PATH.fullmatch(operation["path"])
        status, data = self._call(operation["method"], found[1], found[2], operation.get("data", {}), "")
        told = {"method": operation["method"], "bulkId": operation.get("bulkId"), "status": str(status)}
        if status >= 400:
            return told | {"response": data}
        return told | {"location": f"{ROOT}/{found[1]}/{data['id'] if data else found[2]}"}

    def _call(self, method: str, kind: str, key: str | None, data: dict[str, Any], text: str) -> Answer:
        held = self.held[kind]
        if key is None:
            return self._create(kind, data) if method == "POST" else self._list(kind, text)
        if key not in held:
            return _refused(404)
        if method == "PATCH":
            for each in data["Operations"]:
                _patch(held[key], each)
            self._ids[kind, held[key][NAMES[kind]].casefold()] = key
            return (200, held[key]) if kind == "Users" else (204, None)  # members are not told back: they may be many
        if method == "DELETE":
            del self._ids[kind, held.pop(key)[NAMES[kind]].casefold()]
            return 204, None
        return 200, held[key]

    def _create(self, kind: str, data: dict[str, Any]) -> Answer:
        name = data[NAMES[kind]].casefold()
        if (kind, name) in self._ids:
            return _refused(409)
        self._last += 1
        key = str(self._last)
        self.held[kind][key] = {**data, "id": key}
        self._ids[kind, name] = key
        return 201, self.held[kind][key]

    def _list(self, kind: str, text: str) -> Answer:
        query = parse_qs(text)
        start, size = int(query.get("startIndex", ["1"])[0]), int(query.get("count", ["100"])[0])
        held = self.held[kind]
        if "filter" in query:
            wanted = _FILTER.fullmatch(unquote(query["filter"][0]))
            key = self._ids.get((kind, wanted[2].casefold())) if wanted and wanted[1] == NAMES[kind] else None
            found = [held[key]] if key else []
        else:
            found = list(held.values())
        page = found[start - 1 : start - 1 + min(size, LARGEST_PAGE)]
        return 200, {"schemas": [LIST], "totalResults": len(found), "startIndex": start, "Resources": page}

    def _stats(self, method: str) -> Answer:
        if method == "DELETE":
            self.requests.clear()
        requests = dict(self.requests)
        return 200, {"requests": requests, "total": sum(requests.values()), "users": len(self.held["Users"])}


_BULK = {"supported": True, "maxOperations": MOST_OPERATIONS, "maxPayloadSize": LARGEST}


def _refused(status: int) -> Answer:
    return status, {"status": str(status), "detail": "refused"}


def _patch(resource: dict[str, Any], operation: dict[str, Any]) -> None:
    """Simple attributes, members, and names below an extension, as plainly as the bench needs them."""
    path, value = operation["path"], operation.get("value")
    if path == "members" and operation["op"] == "add":
        resource.setdefault("members", []).extend(value)
    elif path.startswith("members["):
        gone = path.split('"')[1]
        resource["members"] = [each for each in resource.get("members", []) if each["value"] != gone]
    elif operation["op"] == "remove":
        resource.pop(path, None)
    elif path.startswith("name."):
        resource.setdefault("name", {})[path.partition(".")[2]] = value
    else:
        resource[path] = value


if __name__ == "__main__":
    run(ScimApi(), __doc__)
