"""The form of a SCIM profile: a field for each setting, and a box that takes it back to where it comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from provisioning.connectors.scim_paths import parse
from provisioning.connectors.scim_profile import FIELDS, Source
from provisioning.connectors.scim_profile_texts import TOPICS, Topic
from provisioning.forms.profile_fields import as_held, as_shown, field_of, told
from provisioning.forms.versions import VersionedForm
from provisioning.gallery.reading import Claim
from provisioning.jobs import profile_settings
from provisioning.jobs.profile_settings import Standing
from provisioning.models import ProvisioningJob

OF_SEARCHES = ("filter.attrs", "conflict.lookup")


@dataclass(frozen=True, slots=True)
class Row:
    """One setting on the page: its field, the box that takes it back, and why the gallery has it as it is."""

    standing: Standing
    field: forms.BoundField
    reset: forms.BoundField | None
    claims: Sequence[Claim]


@dataclass(frozen=True, slots=True)
class Section:
    """The settings of one topic. `number`: how many of them are not as they are by default."""

    topic: Topic
    rows: Sequence[Row]
    number: int
    is_wrong: bool

    @property
    def is_open(self) -> bool:
        return bool(self.number) or self.is_wrong or self.topic is TOPICS[0]


class ProfileForm(VersionedForm):
    """A setting that is edited here is set here; one whose box is ticked is not any more."""

    def __init__(self, job: ProvisioningJob, data: Any = None) -> None:
        self.job, self.standings = job, profile_settings.standings(job)
        initial = {FIELDS[name]: as_shown(each.value) for name, each in self.standings.items()}
        super().__init__(data, initial=initial | {"version": profile_settings.version_of(job.application)})
        for name, standing in self.standings.items():
            self.fields[FIELDS[name]] = field_of(name)
            if under := standing.beneath:
                label = _("Back to: %(value)s") % {"value": told(name, under.value)}
                self.fields[_box(name)] = forms.BooleanField(required=False, label=label)

    @property
    def sections(self) -> list[Section]:
        found = []
        for topic in TOPICS:
            rows = [self._row(words.name) for words in topic.settings]
            number = sum(row.standing.origin != Source.DEFAULT for row in rows)
            found.append(Section(topic, rows, number, any(row.field.errors for row in rows)))
        return found

    @property
    def values(self) -> dict[str, Any]:
        """What was edited, by name, as the profile holds it. The form must be valid."""
        edited = self.edited
        return {name: as_held(name, self.cleaned_data[key]) for name, key in FIELDS.items() if key in edited}

    @property
    def resets(self) -> list[str]:
        """Names of the settings whose box is ticked."""
        return [name for name in FIELDS if self.cleaned_data.get(_box(name))]

    def clean(self) -> None:
        super().clean()
        edited = self.edited
        for name, key in FIELDS.items():
            if key not in edited or key not in self.cleaned_data:
                continue
            try:
                self._check(name, as_held(name, self.cleaned_data[key]))
            except ValidationError as error:
                self.add_error(key, error)

    def make_read_only(self) -> None:
        """For who may look and not save."""
        for field in self.fields.values():
            field.disabled = True

    # --- inside

    def _check(self, name: str, value: Any) -> None:
        if self.cleaned_data.get(_box(name)):
            raise ValidationError(_("Change it, or tick the box that takes it back: not both."))
        known = self._names.get(name, frozenset())
        wrong = [each for each in value if each not in known] if isinstance(value, list | dict) else []
        if wrong and name in OF_SEARCHES:
            raise ValidationError(
                _("Nothing is searched by “%(name)s” here. Attributes for that are: %(names)s.")
                % {"name": wrong[0], "names": ", ".join(sorted(known))}
            )
        if wrong:
            raise ValidationError(
                _("“%(name)s” is no attribute here. Write it as the attribute list of this application does.")
                % {"name": wrong[0]}
            )

    @cached_property
    def _names(self) -> Mapping[str, frozenset[str]]:
        """What each setting of names may name."""
        all_, searched = profile_settings.attributes(self.job)
        names = dict.fromkeys(OF_SEARCHES, searched) | dict.fromkeys(("never_send", "patch.single_attr"), all_)
        return names | {"multi_valued_max": frozenset(parse(each).name for each in all_)}

    def _row(self, name: str) -> Row:
        standing = self.standings[name]
        is_claimed = standing.origin is Source.GALLERY and not standing.implied
        return Row(
            standing=standing,
            field=self[FIELDS[name]],
            reset=self[_box(name)] if standing.beneath else None,
            claims=self.job.application.template.claims_for(name) if is_claimed else (),
        )


def _box(name: str) -> str:
    return f"back_{FIELDS[name]}"
