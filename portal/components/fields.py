"""Form fields with label, hint, error and their ties for screen readers."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.widgets import Widget

KINDS: tuple[tuple[type[Widget], str, str], ...] = (
    (forms.CheckboxInput, "check", ""),
    (forms.CheckboxSelectMultiple, "choices", ""),
    (forms.RadioSelect, "choices", ""),
    (forms.Select, "select", "select"),
    (forms.PasswordInput, "password", "input"),
    (forms.Textarea, "text", "textarea"),
    (forms.NumberInput, "text", "input input--num"),
    (forms.Widget, "text", "input"),
)
"""Widget, part of ui/field.html, CSS class; the first that fits counts."""


def as_field(bound: BoundField, options: dict[str, Any]) -> dict[str, Any]:
    """What ui/field.html needs. Options: `tip`, `after`, `segment`, `cards`, `hints`, `css`."""
    kind, css = next((kind, css) for widget, kind, css in KINDS if isinstance(bound.field.widget, widget))
    tip = f"{bound.auto_id}_tip" if options.get("tip") else ""
    context = {
        "field": bound,
        "kind": kind,
        "style": "segment" if options.get("segment") else "cards" if options.get("cards") else "list",
        "tip_id": tip,
        "starred": bound.field.required and not _has_always_a_value(bound),
        "saved": saved_value(bound) if bound.form.is_bound else None,
        **{name: options.get(name, "") for name in ("tip", "after", "css")},
    }
    context["describedby"] = " ".join(filter(None, [bound.aria_describedby, tip]))
    if kind == "choices":
        hints = options.get("hints") or {}
        context["choices"] = [(each, hints.get(str(each.data["value"]), "")) for each in bound.subwidgets]
    else:
        context["widget"] = bound.as_widget(attrs=_attributes(bound, css, str(context["describedby"])))
    return context


def _has_always_a_value(bound: BoundField) -> bool:
    """A select without an empty choice, or radios of which one is chosen: a star would ask for nothing."""
    widget = bound.field.widget
    if isinstance(widget, forms.RadioSelect):
        return bound.value() not in (None, "")
    return isinstance(widget, forms.Select) and all(key not in (None, "") for key, _label in widget.choices)


def saved_value(bound: BoundField) -> str:
    """The stored value in the way forms.js reads fields, so that a refused form still knows what was edited."""
    value = bound.initial
    if isinstance(bound.field.widget, forms.CheckboxInput):
        return "true" if value else "false"
    if isinstance(bound.field.widget, forms.CheckboxSelectMultiple):
        stored = {str(each) for each in value or ()}
        return "\n".join("true" if str(key) in stored else "false" for key, label in bound.field.widget.choices)
    if isinstance(value, list | tuple):
        return "\n".join(str(each) for each in value)
    return "" if value is None else str(bound.field.prepare_value(value))


def problems(form: forms.BaseForm) -> list[dict[str, str]]:
    """Every error with the id of its field; errors of the whole form first, without one.

    A form may consist of smaller ones: its `parts` are pairs of a name and a form.
    """
    found = [{"id": "", "label": "", "text": str(error)} for error in form.non_field_errors()]
    for bound in form.visible_fields():
        single = not isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
        target = bound.id_for_label if single else f"{bound.auto_id}_0"
        found += [{"id": target, "label": str(bound.label), "text": str(error)} for error in bound.errors]
    for name, part in getattr(form, "parts", ()):
        found += [{**each, "label": ", ".join(filter(None, (name, each["label"])))} for each in problems(part)]
    return found


def _attributes(bound: BoundField, css: str, describedby: str) -> dict[str, Any]:
    own = bound.field.widget.attrs.get("class", "")
    attributes: dict[str, Any] = {"class": f"{css} {own}".strip()} if css or own else {}
    if describedby:
        attributes["aria-describedby"] = describedby
    return attributes
