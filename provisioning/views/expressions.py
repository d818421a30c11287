"""Expression builder: functions and attributes to pick, a check while typing, and a test with somebody."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from provisioning.choices import ObjectType
from provisioning.engine.redaction import REDACTED
from provisioning.expressions.errors import ExpressionError
from provisioning.expressions.functions import groups
from provisioning.expressions.language import Program, compile_expression
from provisioning.forms.expressions import MOST_SHOWN, BuilderForm, fields_of
from provisioning.jobs import expressions as trials
from provisioning.jobs.mappings import unmapped
from provisioning.jobs.schemas import source_names, target_schema
from provisioning.models import ObjectMapping
from provisioning.views.answers import SeeOther, part_or_page
from provisioning.views.mapping_rows import DRAFT, mapping_for, mapping_rows

AROUND = 40
"""So many characters are shown on both sides of an error."""


@dataclass(frozen=True, slots=True)
class Place:
    """An error or a warning, and the text around it: before, the character itself, after."""

    said: str
    before: str
    at: str
    after: str


@dataclass(frozen=True, slots=True)
class Check:
    """What is to be said of a text. `program` is None when there is none or it is wrong."""

    program: Program | None = None
    error: Place | None = None
    warnings: tuple[Place, ...] = ()


@require_http_methods(["GET", "HEAD", "POST"])
def builder(request: HttpRequest, application_id: uuid.UUID, object_type: str = "users") -> HttpResponse:
    """Nothing is stored: a POST computes and draws."""
    mapping = mapping_for(request, application_id, object_type)
    targets = [each.name for each in target_schema(mapping).attributes if not each.reference]
    form = BuilderForm(mapping, targets, request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {
        "page": "expression-builder",
        "application": mapping.job.application,
        "job": mapping.job,
        "mapping": mapping,
        "mappings": mapping_rows(mapping.job),
        "slug": object_type,
        "form": form,
        "groups": [(title, [each for each in found if not each.legacy]) for title, found in groups().items()],
        "attributes": source_names(mapping),
        **(_tried(form, mapping) if form.is_bound else {"check": Check()}),
    }
    return part_or_page(request, "expressions", "trial", context)


@require_POST
def check(request: HttpRequest, application_id: uuid.UUID, object_type: str = "users") -> HttpResponse:
    """What is wrong with the text so far, for the page that edits it."""
    mapping = mapping_for(request, application_id, object_type)
    text = request.POST.get("expression", "").replace("\r\n", "\n")
    return render(request, "provisioning/expressions/check.html", {"check": _check(mapping, text)})


@require_POST
def use(request: HttpRequest, application_id: uuid.UUID, object_type: str = "users") -> HttpResponse:
    """Open the row of the chosen target attribute with this expression in it; saving it is up to the person."""
    mapping = mapping_for(request, application_id, object_type)
    row = mapping.rows.filter(target=request.POST.get("target", "")).first()
    if row is None and request.POST.get("target", "") not in unmapped(mapping, mapping.rows.all()):
        messages.warning(request, f"{_('Nothing is chosen')}\n{_('Choose the target attribute that it is for.')}")
        return SeeOther(reverse("expression-builder", args=[application_id, object_type]))
    request.session[DRAFT] = {"text": request.POST.get("expression", ""), "target": request.POST["target"]}
    place = ("mapping-row", [row.pk]) if row else ("new-mapping-row", [])
    return SeeOther(reverse(place[0], args=[application_id, object_type, *place[1]]) + "?draft=1")


def _check(mapping: ObjectMapping, text: str) -> Check:
    if not text.strip():
        return Check()
    try:
        program = compile_expression(text, attributes=source_names(mapping), references=trials.REFERENCES)
    except ExpressionError as error:
        return Check(error=_place(text, error.position, trials.in_words(error)))
    places = (_place(text, each.position, trials.in_words(each)) for each in program.warnings)
    return Check(program=program, warnings=tuple(places))


def _place(text: str, position: int, said: str) -> Place:
    start = max(0, position - AROUND)
    before = ("…" if start else "") + text[start:position]
    after = text[position + 1 : position + 1 + AROUND]
    return Place(said, before, text[position : position + 1] or " ", after)


def _tried(form: BuilderForm, mapping: ObjectMapping) -> dict[str, Any]:
    found = form.found()
    somebody = found[0] if len(found) == 1 else None
    type_, job = ObjectType(mapping.object_type), mapping.job
    source = trials.source_of(job, type_, somebody.pk) if somebody else None
    check = _check(mapping, form.text)
    context: dict[str, Any] = {
        "check": check,
        "choices": found[:MOST_SHOWN] if len(found) > 1 else [],
        "has_more": len(found) > MOST_SHOWN,
        "nobody": bool(str(form.data.get("person", "")).strip()) and not found,
        "somebody": somebody,
        "target": form.chosen,
        "redacted": REDACTED,
    }
    if check.program is None:
        return context
    values = form.values(check.program, source)
    context["values"] = fields_of(check.program, values)
    try:
        context["result"] = trials.try_out(check.program, job, values, source, timezone.now())
    except ExpressionError as error:
        context["failure"] = _place(form.text, error.position, trials.in_words(error))
    if source and form.chosen:
        context["held"] = trials.held_by(job, source, form.chosen)
    return context
