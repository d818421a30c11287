"""Targets: applications that accounts are provisioned into. One file is one connector; the folder is the list."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from provisioning.connectors.base import Connector


@cache
def all_connectors() -> Mapping[str, type[Connector]]:
    """Every connector by its key. A class that says its own `key` in one of the files here is one."""
    found: dict[str, type[Connector]] = {}
    for info in iter_modules(__path__):
        module = import_module(f"{__name__}.{info.name}")
        for each in vars(module).values():
            if isinstance(each, type) and issubclass(each, Connector) and "key" in vars(each):
                found[each.key] = each
    return MappingProxyType(dict(sorted(found.items())))


def connector_class(key: str) -> type[Connector]:
    """The connector with this key. Raises LookupError when no file here has it."""
    try:
        return all_connectors()[key]
    except KeyError:
        raise LookupError(f"There is no connector {key!r}; there are: {', '.join(all_connectors())}.") from None
