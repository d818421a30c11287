"""Commands and buttons: one description for what is a link, a button that posts, opens a dialog or submits a form."""

import zlib
from typing import Any

from django.http import HttpRequest
from django.utils.text import slugify

from portal.components.attributes import as_attributes

POST_FORM = "act"
"""The id of the empty form in shell/base.html that carries the token for buttons with `post`."""


def with_refusal(request: HttpRequest | None, options: dict[str, Any]) -> dict[str, Any]:
    """The options, with the reason (`why`, and a `tip` of its own) where the person may not do what the control does.

    A control that neither leads nor posts anywhere, such as one that only opens a dialog, is nobody's to refuse.
    """
    access = getattr(request, "access", None)
    if request is None or access is None or options.get("why"):
        return options
    url, method = _leads_to(request, options)
    why = access.refusal(url, method) if url else ""
    if not why:
        return options
    place = zlib.crc32(f"{url} {options.get('kind', '')}".encode())  # the same in the page and in its parts
    return {**options, "why": why, "tip": f"{place:08x}"}


def _leads_to(request: HttpRequest, options: dict[str, Any]) -> tuple[str, str]:
    """Address and method. What submits a form without saying where sends it to the page itself."""
    posts = options.get("post") or options.get("formaction") or options.get("hx_post")
    if posts:
        return str(posts), "POST"
    if options.get("href") is not None or options.get("hx_get"):
        return str(options.get("href") or options.get("hx_get") or ""), "GET"
    submits = "form" in options or options.get("type") == "submit"
    return (request.path if submits else ""), "POST"


def as_control(label: str, options: dict[str, Any], twin: bool = False) -> dict[str, Any]:
    """What ui/control.html needs. Takes out `icon`, `post`, `open`, `why`, `tip`, `href`; the rest becomes attributes.

    A `twin` is the same command once more, under "…": it has no id of its own.
    """
    if twin:
        options.pop("id", None)
    icon, href, why = options.pop("icon", ""), options.pop("href", None), str(options.pop("why", "") or "")
    own = options.pop("tip", "")
    context = {"label": label, "icon": icon, "href": href, "why": why}
    if href is None:
        options.setdefault("type", "submit" if "form" in options else "button")
    if url := options.pop("post", ""):
        options |= {"type": "submit", "form": POST_FORM, "formaction": url}
    if dialog := options.pop("open", ""):
        options["data_open"] = dialog
    if why:
        tip = "-".join(filter(None, ["why", str(slugify(label)) or "not", own, "twin" if twin else ""]))
        context["tip"] = options["data_tip"] = options["aria_describedby"] = tip
        options |= {"aria_disabled": "true", "type": "button"}
    if options.get("id") == "save":
        options["aria_keyshortcuts"] = "Control+S"
    context["attributes"] = as_attributes(options)
    return context
