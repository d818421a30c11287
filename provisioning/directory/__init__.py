"""Sources: where the people of a directory come from. One file is one source; the folder is the list."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from provisioning.directory.base import ConnectedSource


@cache
def all_sources() -> Mapping[str, type[ConnectedSource]]:
    """Every source that one signs in to, by its key: a class that says its own `key` in one of the files here."""
    found: dict[str, type[ConnectedSource]] = {}
    for info in iter_modules(__path__):
        module = import_module(f"{__name__}.{info.name}")
        for each in vars(module).values():
            if isinstance(each, type) and issubclass(each, ConnectedSource) and "key" in vars(each):
                found[each.key] = each
    return MappingProxyType(dict(sorted(found.items())))


def source_class(key: str) -> type[ConnectedSource]:
    """The source with this key. Raises LookupError when no file here has it."""
    try:
        return all_sources()[key]
    except KeyError:
        raise LookupError(f"There is no source {key!r}; there are: {', '.join(all_sources())}.") from None
