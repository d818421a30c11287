"""HTML attributes from the keywords of a template tag."""

from typing import Any

from django.forms.utils import flatatt
from django.utils.safestring import SafeString


def as_attributes(options: dict[str, Any]) -> SafeString:
    """`{"hx_get": "/x/", "disabled": True, "id": ""}` as ` hx-get="/x/" disabled`: escaped, empty ones left out."""
    return flatatt({name.replace("_", "-"): value for name, value in options.items() if value not in (None, "")})
