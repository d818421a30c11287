"""Commands and buttons: one description for what is a link, a button that posts, opens a dialog or submits a form."""

from typing import Any

from django.utils.text import slugify

from portal.components.attributes import as_attributes

POST_FORM = "act"
"""The id of the empty form in shell/base.html that carries the token for buttons with `post`."""


def as_control(label: str, options: dict[str, Any], twin: bool = False) -> dict[str, Any]:
    """What ui/control.html needs. Takes out `icon`, `post`, `open`, `why`, `href`; the rest becomes attributes.

    A `twin` is the same command once more, under "…": it has no id of its own.
    """
    if twin:
        options.pop("id", None)
    icon, href, why = options.pop("icon", ""), options.pop("href", None), str(options.pop("why", "") or "")
    context = {"label": label, "icon": icon, "href": href, "why": why}
    if href is None:
        options.setdefault("type", "submit" if "form" in options else "button")
    if url := options.pop("post", ""):
        options |= {"type": "submit", "form": POST_FORM, "formaction": url}
    if dialog := options.pop("open", ""):
        options["data_open"] = dialog
    if why:
        tip = f"why-{slugify(label) or 'not'}{'-twin' if twin else ''}"
        context["tip"] = options["data_tip"] = options["aria_describedby"] = tip
        options |= {"aria_disabled": "true", "type": "button"}
    if options.get("id") == "save":
        options["aria_keyshortcuts"] = "Control+S"
    context["attributes"] = as_attributes(options)
    return context
