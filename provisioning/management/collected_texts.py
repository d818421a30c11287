"""Texts that people read and that makemessages does not find: help of functions, the gallery, requests of the API, and
whatever is marked inside an f-string. They are written into a file that it reads."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from provisioning import gallery
from provisioning.api.reference import heading_of
from provisioning.api.routes import all_routes
from provisioning.expressions.functions import groups
from provisioning.gallery import GalleryApplication

FILE = Path("locale/collected.py")
MARKS = ("_", "gettext", "gettext_lazy", "gettext_noop")
BEGINNING = '''\
"""Written by `make messages`: texts that are data, marked so that they are found. Nothing imports this file."""


def gettext_noop(text: str) -> str:
    return text


TEXTS = [
'''


def as_module() -> str:
    """The whole file."""
    found = sorted({text for text in collected() if text})
    lines = [f"    gettext_noop({_quoted(text)}),\n" for text in found]
    return "".join([BEGINNING, *lines, "]\n"])


def collected() -> Iterator[str]:
    for title, functions in groups().items():
        yield title
        yield from (each.help for each in functions if not each.legacy)
    for application in gallery.all_applications():
        yield from _of(application)
    for route in all_routes():
        yield route.summary
        yield heading_of(route.tag)
    yield from in_f_strings()


def _of(application: GalleryApplication) -> Iterator[str]:
    yield from (application.category, application.description, application.interface, application.interface_help)
    yield application.title
    for wording in application.credentials.values():
        yield from (wording.label, wording.help)
    for role in application.roles:
        yield from (role.label, role.description)


def in_f_strings() -> Iterator[str]:
    for folder in ("portal", "provisioning"):
        for path in (Path(settings.BASE_DIR) / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.JoinedStr):
                    yield from _marked(node)


def _marked(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and getattr(each.func, "id", "") in MARKS:
            text = each.args[0]
            if isinstance(text, ast.Constant):
                yield str(text.value)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
