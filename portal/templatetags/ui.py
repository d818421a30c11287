"""Components that every page uses, as template tags; registered as builtins, so templates need no `load`."""

from datetime import date, datetime
from typing import Any, cast

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.components import lists, marks
from portal.components.attributes import as_attributes
from portal.components.commands import as_control, with_refusal
from portal.components.fields import as_field, problems
from portal.components.times import as_moment
from portal.toasts import as_toast

register = template.Library()


def _draw(name: str, context: dict[str, Any]) -> SafeString:
    return SafeString(render_to_string(f"ui/{name}.html", context).strip())


def _control(context: Context, label: str, css: str, options: dict[str, Any], twin: bool = False) -> SafeString:
    allowed = with_refusal(context.get("request"), options | {"kind": css})
    return _draw("control", as_control(label, {**allowed, "kind": ""}, twin) | {"css": css})


def _folded_commands(context: Context) -> list[SafeString]:
    """Secondary commands drawn so far; the bar around them (in the same file) draws them again under "…"."""
    return cast("list[SafeString]", context.render_context.setdefault("folded_commands", []))


def _tucked_commands(context: Context) -> list[SafeString]:
    """Commands that stand under "…" only."""
    return cast("list[SafeString]", context.render_context.setdefault("tucked_commands", []))


# --- marks -------------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str, size: int = 20, spin: bool = False, css: str = "") -> SafeString:
    """`{% icon "save" %}`: a symbol of static/icons.svg, without its "i-". Sizes 12, 16, 20, 24."""
    classes = " ".join(filter(None, ["i", "" if size == 20 else f"i--{size}", "spin" if spin else "", css]))
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', classes, static("icons.svg"), name
    )


@register.simple_tag
def badge(status: object, label: str = "", count: int | None = None) -> SafeString:
    """`{% badge job.state %}`, `{% badge "warnings" count=3 %}`, `{% badge "ok" label=text %}`: a pill."""
    return _draw("badge", marks.look_of(status, label, count))


@register.simple_tag
def status_word(status: object, label: str = "", count: int | None = None) -> SafeString:
    """`{% status_word activity.status %}`: as `badge`, without the pill; for tables."""
    return _draw("status_word", marks.look_of(status, label, count))


@register.simple_tag
def when(value: datetime | date | None, day: bool = False, seconds: bool = False, inside: bool = False) -> SafeString:
    """`{% when cycle.started_at %}`: "Today, 14:20" with the exact time as title.

    `day=True` leaves the time out, `seconds=True` tells it to the second, `inside=True` is for inside a sentence.
    """
    return _draw("when", as_moment(value or None, day, seconds, inside))


@register.simple_tag
def tile(name: str, key: object, large: bool = False, symbol: str = "") -> SafeString:
    """`{% tile app.display_name app.application_id %}`: letters on a colour that follows from the id; or a symbol."""
    css = " ".join(filter(None, ["tile", marks.tile_colour(key), "tile--l" if large else ""]))
    inner = icon(symbol, 24) if symbol else marks.tile_letters(name)
    return format_html('<span class="{}" aria-hidden="true">{}</span>', css, inner)


@register.simple_tag
def avatar(name: object) -> SafeString:
    """`{% avatar person.display_name %}`: initials in a circle."""
    return format_html('<span class="avatar" aria-hidden="true">{}</span>', marks.initials(str(name)))


@register.inclusion_tag("ui/copy.html")
def copy(value: object, label: str) -> dict[str, Any]:
    """`{% copy job.job_id "Job ID" %}`: the value as code, with a button that copies it; label names it aloud."""
    return {"value": value, "label": label}


# --- forms -------------------------------------------------------------------------------------
@register.simple_tag
def field(bound: BoundField, **options: Any) -> SafeString:
    """`{% field form.name %}`: a field with all that belongs to it.

    `segment=True` (On | Off) and `cards=True hints={value: text}` for radios, `tip=text`, `after=text`, `css=class`.
    """
    return _draw("field", as_field(bound, options))


@register.inclusion_tag("ui/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """`{% form_errors form %}`: what is wrong, as links to the fields; first in the form; nothing without errors."""
    return {"problems": problems(form) if form.is_bound else []}


# --- commands ----------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def command(context: Context, label: str, secondary: bool = False, **options: Any) -> SafeString:
    """`{% command "Refresh" icon="refresh" href="" %}` inside a command bar.

    One of `href` (link), `post` (POSTs that address), `open` (a dialog's id), `form` (submits the form of that id).
    `secondary=True` moves it into "…" when narrow, `tucked=True` always; `why=text` disables it and says why; others
    become attributes.
    """
    if options.pop("tucked", False):
        _tucked_commands(context).append(_control(context, label, "cmd", options))
        return SafeString("")
    if secondary:
        _folded_commands(context).append(_control(context, label, "cmd", dict(options), twin=True))
    return _control(context, label, "cmd hide-s" if secondary else "cmd", options)


@register.simple_tag
def separator() -> SafeString:
    """`{% separator %}`: the thin line between the commands that change something and the neutral ones."""
    return SafeString('<span class="cmdbar__sep hide-s" aria-hidden="true"></span>')


@register.simple_block_tag(takes_context=True)
def commandbar(context: Context, content: str, form: str = "", note: str = "") -> SafeString:
    """`{% commandbar %}...{% endcommandbar %}`: `form` counts the edits of that guarded form, `note` is grey text."""
    folded, tucked = _folded_commands(context), _tucked_commands(context)
    parts = {"content": content, "folded": folded, "tucked": tucked, "form": form, "note": note}
    drawn = _draw("commandbar", parts)
    folded.clear()
    tucked.clear()
    return drawn


@register.simple_tag(takes_context=True)
def button(context: Context, label: str, kind: str = "", small: bool = False, **options: Any) -> SafeString:
    """`{% button "Test Connection" icon="plug" hx_post=url %}`: as `command`; kind primary, danger, subtle."""
    classes = ["btn", kind and f"btn--{kind}", "btn--small" if small else "", options.pop("css", "")]
    return _control(context, label, " ".join(filter(None, classes)), options)


# --- boxes -------------------------------------------------------------------------------------
@register.simple_block_tag(takes_context=True)
def dialog(context: Context, content: str, name: str, title: str, **options: Any) -> SafeString:
    """`{% dialog "stop-dlg" title confirm=text post=url kind="danger" %}<p>..</p>{% enddialog %}`.

    The confirming button POSTs `post`, submits `form`, or resets `reset`; without `confirm` there is one Close.
    """
    confirm = {key: value for key, value in options.items() if key in ("post", "form") or key.startswith("hx_")}
    if "reset" in options:
        confirm = {"form": options["reset"], "type": "reset"}
    allowed = with_refusal(context.get("request"), confirm)
    control = as_control(options.get("confirm", ""), {**allowed, "data_close": True})
    control |= {"css": f"btn btn--{options.get('kind', 'primary')}"}
    return _draw("dialog", {"content": content, "name": name, "title": title, "control": control, **options})


@register.simple_block_tag
def pane(content: str, name: str, title: str, close: str) -> SafeString:
    """`{% pane "create" title close=url %}..{% endpane %}`: a context pane that is a page at its own address."""
    return _draw("pane", {"content": content, "name": name, "title": title, "close": close})


@register.simple_block_tag
def msgbar(content: str, kind: str, title: str = "", role: str = "", id: str = "") -> SafeString:
    """`{% msgbar "warn" title %}<p>..</p>{% endmsgbar %}`: what stays true. Kinds info ok warn err."""
    attributes = as_attributes({"role": role, "id": id})
    return _draw("msgbar", {"content": content, "kind": kind, "title": title, "attributes": attributes})


@register.simple_block_tag
def emptystate(content: str, symbol: str, title: str) -> SafeString:
    """`{% emptystate "apps" title %}<p>..</p>{% button .. %}{% endemptystate %}`: nothing there yet, and what to do."""
    return _draw("emptystate", {"content": content, "symbol": symbol, "title": title})


@register.simple_block_tag
def section(content: str, title: str, state: str = "", **options: Any) -> SafeString:
    """`{% section "Admin Credentials" state=text open=False %}..{% endsection %}`: a part of a form that folds.

    An `icon` stands before the state; `id` names the part.
    """
    return _draw("section", {"content": content, "title": title, "state": state, "open": True, **options})


@register.simple_block_tag
def folded(content: str, title: str, note: str = "", open: bool = False) -> SafeString:
    """`{% folded "Advanced connection settings" note=", defaults in use" %}..{% endfolded %}`: a smaller one."""
    return _draw("folded", {"content": content, "title": title, "note": note, "open": open})


# --- lists -------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def th(context: Context, label: str, **options: Any) -> SafeString:
    """`{% th "Name" sort="name" default="name" %}`, `{% th "Users" css="num" %}`: a head of a table's column."""
    return _draw("th", lists.as_head(context["request"], label, options))


@register.simple_tag(takes_context=True)
def pager(context: Context, page: Page[Any], target: str = "") -> SafeString:
    """`{% pager page_obj target="#list" %}`: which rows these are, and links to the pages before and after."""
    return _draw("pager", lists.as_pages(context["request"], page, target))


@register.inclusion_tag("ui/pager.html")
def keyset_pager(newer: str = "", older: str = "", target: str = "") -> dict[str, Any]:
    """`{% keyset_pager newer=url older=url %}`: for lists read by key; leave out what there is not."""
    return lists.as_keys(newer, older, target)


@register.inclusion_tag("ui/searchbox.html")
def searchbox(name: str, label: str, value: str = "") -> dict[str, Any]:
    """`{% searchbox "q" label value=q %}` in a form.filters."""
    return {"name": name, "label": label, "value": value}


@register.inclusion_tag("ui/filter_pill.html")
def filter_pill(label: str, name: str, choices: list[tuple[str, Any]], selected: list[str]) -> dict[str, Any]:
    """`{% filter_pill label "status" choices selected %}`: a pill with check boxes; nothing selected means all."""
    chosen = [text for value, text in choices if str(value) in selected]
    options = [{"value": value, "text": text, "on": str(value) in selected} for value, text in choices]
    return {"label": label, "name": name, "options": options, "chosen": chosen}


@register.inclusion_tag("ui/apply_button.html")
def apply_button() -> dict[str, Any]:
    """`{% apply_button %}`: last in a form.filters; only seen without script."""
    return {}


@register.filter
def toast(message: Any) -> dict[str, str]:
    """`{% with part=message|toast %}`: the parts of a Django message."""
    return as_toast(message)
