"""Values read out of a body: present, of the right type, and known. Everything else is refused by name."""

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from provisioning.api.errors import ValueRefused

Body = Mapping[str, Any]


def check_known(body: Body, names: Collection[str]) -> None:
    """Raises ValueRefused for a property that cannot be set here; annotations (with an @) mean nothing."""
    if unknown := [name for name in body if name not in names and "@" not in name]:
        raise ValueRefused(_("The property '%(name)s' cannot be set here.") % {"name": unknown[0][:80]})


def guid_in(body: Body, name: str) -> uuid.UUID:
    try:
        return uuid.UUID(text_in(body, name))
    except ValueError:
        raise wrong(name) from None


def text_in(body: Body, name: str) -> str:
    value = body.get(name)
    if value is None:
        raise ValueRefused(_("A value is required for property '%(name)s'.") % {"name": name})
    if not isinstance(value, str):
        raise wrong(name)
    return value


def wrong(name: str) -> ValueRefused:
    return ValueRefused(_("Invalid value specified for property '%(name)s' of the resource.") % {"name": name})
