"""Functions of the mapping language. One file is one group of them; the folder is the list."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from provisioning.expressions.signatures import Function


@cache
def all_functions() -> Mapping[str, Function]:
    """Every function by its name, also those that are no longer offered."""
    found = {each.name: each for functions in groups().values() for each in functions}
    return MappingProxyType(dict(sorted(found.items())))


@cache
def groups() -> Mapping[str, tuple[Function, ...]]:
    """The functions of each file, under the first sentence of its docstring."""
    found = {}
    for info in iter_modules(__path__):
        module = import_module(f"{__name__}.{info.name}")
        title = (module.__doc__ or "").partition(".")[0]
        found[title] = tuple(each for each in vars(module).values() if isinstance(each, Function))
    return MappingProxyType(found)
