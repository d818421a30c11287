"""The page about the language, made of the functions' own signatures, helps and examples."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from provisioning.expressions.functions import groups
from provisioning.expressions.parsing import KEYWORDS
from provisioning.expressions.runs import LARGEST_RESULT, Context
from provisioning.expressions.signatures import Function
from provisioning.expressions.tokens import LONGEST

SAMPLE: Mapping[str, Any] = MappingProxyType(
    {
        "givenName": "Ann",
        "surname": "Ek",
        "mail": "ann.ek@contoso.example",
        "mobile": None,
        "mailNickname": "ann",
        "country": "NO",
        "employeeId": "4711",
        "proxyAddresses": ("SMTP:ann.ek@contoso.example", "smtp:ann@contoso.example"),
        "appRoleAssignments": ("Admin",),
    }
)
"""The invented person of the examples."""

CONTEXT = Context(attributes=SAMPLE, now=datetime(2021, 7, 2, 15, 33, 38, tzinfo=UTC), default_domain="contoso.example")

_INTRODUCTION = f"""\
# Expressions

This page is written by `manage.py expression_docs` from the functions in `provisioning/expressions/functions/`; do not
edit it.

A mapping of the type *Expression* computes the value of a target attribute. An expression is one function:

```text
Join("@", NormalizeDiacritics(StripSpaces(Join(".", [givenName], [surname]))), "contoso.com")
```

* An argument is a source attribute in brackets, a text in double quotes, a number (`12`, `-3.5`, `&HF7`), another
  function, or a keyword: {", ".join(f"`{each}`" for each in KEYWORDS)}.
* Function and attribute names are written in exactly this upper and lower case. Spaces and line breaks between the
  parts are free.
* In a text, `\\\\` is a backslash and `\\"` a quote. Before any other character a backslash stays.
* Conditions compare two arguments with `=`, `<>`, `>`, `>=`, `<` or `<=`. A comparison with null or an empty
  text is False.
* An argument that may be left out is an empty slot: `Replace([mail], "a", , , "b", , )`.
* An attribute without a value is null. `IIF` and `Switch` evaluate only what they return.
* A function that makes text of text is applied to each value of a list. Elsewhere a list of several values is an error.
* `IgnoreAttributeFlow` and `IgnoreObjectFlow` as a value of `IIF` or `Switch` leave out the attribute, or the object.
* An expression has at most {LONGEST:,} characters, its result at most {LARGEST_RESULT // 1024} KB.

In the signatures below `?` marks what may be left out and `...` what may be repeated. The examples are about this
person:

| Attribute | Value |
|---|---|
"""


def as_markdown() -> str:
    """The whole page."""
    rows = "".join(f"| `{name}` | {_listed(value)} |\n" for name, value in SAMPLE.items())
    parts = [_INTRODUCTION + rows]
    for title, functions in groups().items():
        parts.append(f"## {title}\n")
        parts += [_section(each) for each in sorted(functions, key=lambda each: each.name)]
    return "\n".join(parts)


def _listed(value: Any) -> str:
    if value is None:
        return "null"
    return ", ".join(f"`{each}`" for each in ((value,) if isinstance(value, str) else value))


def _section(function: Function) -> str:
    legacy = "Kept for old mappings; no longer offered.\n\n" if function.legacy else ""
    example = f"Example: `{function.example}` gives `{function.gives}`."
    return f"### {function.name}\n\n```text\n{function.signature}\n```\n\n{legacy}{function.help}\n\n{example}\n"
