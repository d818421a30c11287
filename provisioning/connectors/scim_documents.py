"""What a SCIM application tells of itself (RFC 7644, 4): its configuration, resource types and schemas."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from provisioning.connectors.scim_paths import CORE, named

_ENDPOINTS = {"user": "users_path", "group": "groups_path"}
_OWN = (CORE, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user")


def says(config: Any, name: str) -> bool:
    """Whether the configuration speaks of this at all: Slack's leaves out what works."""
    return isinstance(named(named(config, name), "supported"), bool)


def supports(config: Any, name: str) -> bool:
    return named(named(config, name), "supported") is True


def bulk_of(config: Any) -> dict[str, int]:
    """The limits of Bulk requests; nothing where there are none."""
    bulk = named(config, "bulk")
    operations, size = named(bulk, "maxOperations"), named(bulk, "maxPayloadSize")
    if not supports(config, "bulk") or not isinstance(operations, int) or operations < 1:
        return {}
    return {"bulk.ops": operations, "bulk.bytes": size if isinstance(size, int) and size > 0 else 0}


def paging_of(config: Any) -> dict[str, str]:
    """Cursors (RFC 9865) where the application offers nothing else, or begins with them itself."""
    pagination = named(config, "pagination")
    is_first = str(named(pagination, "defaultPaginationMethod")).casefold() == "cursor"
    if named(pagination, "cursor") is True and (is_first or named(pagination, "index") is False):
        return {"paging.style": "cursor"}
    return {}


def endpoints_of(resource_types: Any) -> dict[str, str]:
    """Where users and groups are, by the setting of the profile. Only plain paths below the Tenant URL count."""
    found = {}
    for each in entries_of(resource_types):
        name = _ENDPOINTS.get(str(named(each, "name") or named(each, "id")).casefold())
        endpoint = named(each, "endpoint")
        if name and isinstance(endpoint, str) and not urlsplit(endpoint).netloc:
            path = "/" + endpoint.strip("/")
            if path.count("/") == 1 and path != "/" and not set(path) & set("?#%\\ "):
                found[name] = path
    return found


def extensions_of(schemas: Any) -> Sequence[str]:
    """The ids of schemas that are not the standard's own."""
    ids = (named(each, "id") for each in entries_of(schemas))
    return [each for each in ids if isinstance(each, str) and not each.casefold().startswith(_LOWER)]


def entries_of(data: Any) -> Sequence[Mapping[str, Any]]:
    """The objects of a list answer, or of a bare list."""
    listed = data if isinstance(data, list) else named(data, "Resources")
    return [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []


_LOWER = tuple(each.casefold() for each in _OWN)
