"""Applications of one person or group: how they are assigned, what provisioning does there, and how that is known."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from provisioning.choices import Origin, Status
from provisioning.engine.values import as_texts
from provisioning.jobs import outlook
from provisioning.jobs.answers import Answer, answer
from provisioning.jobs.outlook import Facts
from provisioning.jobs.ways import Way
from provisioning.models import Group, User
from provisioning.templatetags.provisioning_texts import said, word
from provisioning.views.assignment_rows import role_label

Text = str | Promise
ORIGINS = {
    Origin.CREATED: gettext_lazy("created by the portal"),
    Origin.ADOPTED: gettext_lazy("found and taken over"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One question on the way. `kind` is the look of its answer: ok, skip, err."""

    label: Text
    kind: str
    text: Text


@dataclass(frozen=True, slots=True)
class Row:
    """`members`: of a group, how many of its direct members have an account that is kept up to date."""

    facts: Facts
    answer: Answer
    members: int | None = None

    @property
    def ways(self) -> list[tuple[Way, str]]:
        return [(way, role_label(way.role)) for way in self.facts.ways]

    @property
    def is_held(self) -> bool:
        return self.answer.status == "held"

    @property
    def checks(self) -> Iterator[Check]:
        """The walk, step by step, as a cycle would make it now."""
        yield from _scope(self.facts)
        yield _account(self.facts)
        yield _last(self.facts)


def rows_of(thing: User | Group, members: Mapping[int, int] | None = None) -> Sequence[Row]:
    """By name of the application; a number of queries that does not grow with them. `members` are counts by job."""
    now = timezone.now()
    found = outlook.of_user(thing, now) if isinstance(thing, User) else outlook.of_group(thing, now)
    counts = [None if members is None else members.get(facts.job.pk, 0) for facts in found]
    return [Row(facts, answer(facts), number) for facts, number in zip(found, counts, strict=True)]


def _scope(facts: Facts) -> Iterator[Check]:
    source, everyone = facts.source, facts.job.scope == "all"
    assigned = source.assigned or everyone
    how = _("Everybody in the directory is in scope.") if everyone else _("By one assignment at least.")
    yield Check(
        _("Assigned"), "ok" if assigned else "skip", how if assigned else _("By no assignment that reaches it.")
    )
    roles = ", ".join(_(role.label) for role in source.roles)
    no_role = facts.application.template.role_required and not everyone
    text = roles or (_("None that is provisioned.") if no_role else _("None is needed."))
    yield Check(_("Role"), "ok" if roles or not no_role else "skip", text)
    yield _filters(facts)
    if source.soft_deleted or source.purged:
        yield Check(_("Active"), "skip", _("Deleted in the directory."))
    elif source.active:
        yield Check(_("Active"), "ok", _("Enabled in the directory."))
    else:
        yield Check(_("Active"), "skip", _("Disabled in the directory."))


def _filters(facts: Facts) -> Check:
    if facts.mapping is None:
        return Check(_("Scoping filters"), "skip", _("Objects of this type are not provisioned."))
    if facts.verdict is None:
        return Check(_("Scoping filters"), "err", said(facts.trouble))
    if not facts.mapping.filters.all():
        return Check(_("Scoping filters"), "ok", _("There are none: everybody passes."))
    if facts.verdict.details.get("Scoping filter evaluation passed") == "True":
        return Check(_("Scoping filters"), "ok", _("Passed."))
    return Check(_("Scoping filters"), "skip", _("Not met: %(clauses)s.") % {"clauses": "; ".join(facts.failing)})


def _account(facts: Facts) -> Check:
    state = facts.state
    if state is None or not state.target_id:
        text = _("In doubt: it is looked up by the next cycle.") if state and state.uncertain else _("None is known.")
        return Check(_("Account"), "skip", text)
    origin = ORIGINS.get(Origin(state.origin), "")
    text = f"{state.target_id}, {origin}" if origin else state.target_id
    if state.disabled:
        text = _("%(account)s, disabled") % {"account": text}
        taken = "; ".join(f"{name}: {value}" for name, value in as_texts(state.as_value().taken).items())
        text += "; " + _("taken away: %(what)s") % {"what": taken} if taken else ""
    return Check(_("Account"), "skip" if state.disabled else "ok", text)


def _last(facts: Facts) -> Check:
    state = facts.state
    if state is None or not state.status:
        return Check(_("Last outcome"), "skip", _("No cycle has looked at it yet."))
    text = f"{word(state.status)} ({state.code})" if state.code else word(state.status)
    kind = {Status.SUCCESS: "ok", Status.FAILURE: "err"}.get(Status(state.status), "skip")
    if state.failures > 1:
        text += ", " + _("%(n)d failures in a row") % {"n": state.failures}
    return Check(_("Last outcome"), kind, text)
