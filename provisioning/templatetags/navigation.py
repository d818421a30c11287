"""Draws the frame's parts that follow from `page`, `application`, `heading` and `trail`: menu, breadcrumb, title."""

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse

from provisioning.navigation import APPLICATIONS, Menu, Text, menu_of

register = template.Library()


def _menu(context: Context) -> Menu:
    return menu_of(context.get("application"))


def _page(context: Context) -> str:
    return str(context.get("page") or "")


def _heading(context: Context) -> Text:
    """The page's own name: what the view says, else the menu's word for it."""
    entry = _menu(context).entry(_page(context))
    heading: Text = context.get("heading") or (entry.label if entry else "")
    return heading


@register.inclusion_tag("shell/menu.html", takes_context=True)
def service_menu(context: Context) -> dict[str, Any]:
    """The menu beside the page; `menu_counts(application)` gives numbers of failures for its entries, as {"logs": 3}.

    They are counted here, where the menu is drawn, so that parts of pages don't ask for them. What the person may not
    open is left out.
    """
    menu, count, page = _menu(context), context.get("menu_counts"), _page(context)
    access = getattr(context.get("request"), "access", None)
    counts = count(menu.application) if count and menu.application else {}
    rows, folded = [], getattr(context.get("directory"), "menu", None) or {}
    for group in menu.groups:
        entries = [(entry, menu.url(entry), counts.get(entry.url_name)) for entry in group.entries]
        allowed = [row for row in entries if not (access and access.refusal(row[1]))]
        rows += [(group, allowed)] if allowed else []
    here = [group.key for group, allowed in rows if page in [entry.url_name for entry, _url, _count in allowed]]
    closed = [key for key in folded.get("closed", []) if key not in here]
    return {"menu": menu, "rows": rows, "page": page, "heading": _heading(context), "closed": closed}


@register.inclusion_tag("shell/crumbs.html", takes_context=True)
def crumbs(context: Context) -> dict[str, Any]:
    """Home › Enterprise applications › {application} › page: links, and the page itself without one."""
    menu, application = _menu(context), context.get("application")
    entry = menu.entry(_page(context))
    links: list[tuple[Text, str]] = []
    if application or (entry and entry.area):
        links.append((APPLICATIONS, reverse("applications")))
    if application:
        links.append((application.display_name, menu.url(menu.groups[0].entries[0])))
    if context.get("heading") and entry and menu.url(entry) not in [url for _label, url in links]:
        links.append((entry.label, menu.url(entry)))
    links += context.get("trail") or []
    here = _heading(context)
    if links and _page(context) == "applications" and not context.get("heading"):
        here = links.pop()[0]
    return {"links": links, "here": here}


@register.inclusion_tag("shell/title.html", takes_context=True)
def page_title(context: Context) -> dict[str, Any]:
    """The h1: "Citrix GoToMeeting | Provisioning" with the letter tile, or "Enterprise applications | ..."."""
    application = context.get("application")
    entry = _menu(context).entry(_page(context))
    return {
        "application": application,
        "area": application.display_name if application else entry.area if entry else "",
        "heading": _heading(context),
        "symbol": ("apps" if entry.area else entry.icon) if entry else "person",
        "meta": context.get("meta"),
        "directory": context.get("directory"),
    }


@register.simple_tag(takes_context=True)
def document_title(context: Context) -> str:
    """What the browser's tab shows before the portal's name."""
    application = context.get("application")
    return " – ".join(str(part) for part in (application and application.display_name, _heading(context)) if part)
