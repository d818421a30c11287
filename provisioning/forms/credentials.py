"""The part of a form that holds admin credentials: secrets go in and never come out."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from provisioning.connectors import connector_class
from provisioning.forms.connector_settings import chosen_method, name_of, setting_fields
from provisioning.forms.versions import Difference, VersionedForm
from provisioning.jobs.known import Known, enter_again, lead_elsewhere
from provisioning.models import ProvisioningJob
from provisioning.wire.settings import Setting


class SettingsForm(VersionedForm):
    """A field for every one of the `settings` of a connector or source; `app` is the name that labels speak of."""

    credentials_seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, settings: Sequence[Setting], known: Known, app: str, data: Any = None, initial: Any = None
    ) -> None:
        self.settings, self.known = settings, known
        super().__init__(data, initial={**(initial or {}), "credentials_seen": known.saved_at})
        self.method = chosen_method(settings, known, data)
        self.fields |= setting_fields(settings, known, app)

    @property
    def edited(self) -> list[str]:
        return [name for name in super().edited if name != "credentials_seen"]

    @property
    def credentials(self) -> dict[str, str]:
        """Every setting as it was entered; secrets that were left alone are filled in.

        What belongs to another method of signing in is dropped.
        """
        return {
            each.name: (self._entered(each) or self._kept(each)) if each.is_for(self.method) else ""
            for each in self.settings
        }

    @property
    def has_new_credentials(self) -> bool:
        typed = any(self._typed(each) for each in self.settings)
        return self.known.are_new(self.settings, self.credentials, secret_given=typed)

    # --- for the page

    @property
    def plain_settings(self) -> list[forms.BoundField]:
        return [bound for bound, _css in self.plain_rows]

    @property
    def advanced_settings(self) -> list[forms.BoundField]:
        return [bound for bound, _css in self.advanced_rows]

    @property
    def wrong_settings(self) -> list[forms.BoundField]:
        return [self[name_of(each)] for each in self.settings if name_of(each) in self.errors]

    @property
    def advanced_need_attention(self) -> bool:
        return any(each.errors for each in self.advanced_settings)

    @property
    def uses_defaults(self) -> bool:
        """Whether nothing was saved for the advanced settings but their defaults."""
        advanced = (each for each in self.settings if each.advanced)
        return all(self.known.values.get(each.name, "") in ("", each.default) for each in advanced)

    @property
    def plain_rows(self) -> list[tuple[forms.BoundField, str]]:
        return self._rows(advanced=False)

    @property
    def advanced_rows(self) -> list[tuple[forms.BoundField, str]]:
        return self._rows(advanced=True)

    def _rows(self, *, advanced: bool) -> list[tuple[forms.BoundField, str]]:
        """Fields with their classes: the style sheet hides those of the methods that are not chosen."""
        rows = ((each, sorted(each.methods)) for each in self.settings if each.advanced == advanced)
        return [(self[name_of(each)], _only_for(ways)) for each, ways in rows]

    # --- what was entered

    @property
    def credentials_are_valid(self) -> bool:
        """Whether the connection can be tested; what else is wrong in the form does not matter then."""
        return not any(name_of(each) in self.errors for each in self.settings)

    @property
    def differences(self) -> list[Difference]:
        found, row = super().differences, self.known.row
        if row is None or self.cleaned_data["credentials_seen"] == self.known.saved_at:
            return found
        typed = any(self._typed(each) for each in self.settings)
        if typed and not self.has_new_credentials:
            return found
        time = date_format(localtime(row.saved_at), "TIME_FORMAT")
        theirs = _("Saved again at %(time)s") % {"time": time}
        mine = _("What you typed") if typed else _("Not edited by you")
        return [*found, Difference(_("Passwords and secrets"), theirs, mine)]

    def keep_typed_secrets(self, in_place: bool) -> None:
        """Before the form is drawn again: they are not sent back. `in_place`: htmx leaves those fields as they are."""
        for each in self.settings:
            bound = self[name_of(each)]
            if not self._typed(each) or bound.errors:
                continue
            if in_place:
                bound.field.widget.attrs["hx-preserve"] = "true"
            else:
                bound.help_text = _("Enter it again: what you typed was not saved, and is never sent back to the page.")

    def full_clean(self) -> None:
        """What stands in fields of another method of signing in is not looked at."""
        super().full_clean()
        for each in self.settings:
            if self.is_bound and not each.is_for(self.method):
                self.errors.pop(name_of(each), None)

    def clean(self) -> None:
        """Whoever may change an address must not be able to have a saved secret sent there."""
        super().clean()
        if not lead_elsewhere(self.settings, self.known, {each.name: self._entered(each) for each in self.settings}):
            return
        for each in self.settings:
            if each.is_for(self.method) and self._kept(each) and not self._typed(each):
                self.add_error(name_of(each), enter_again())

    def _entered(self, setting: Setting) -> str:
        value: str = self.cleaned_data.get(name_of(setting), "")
        return value

    def _kept(self, setting: Setting) -> str:
        return self.known.values.get(setting.name, "") if setting.secret else ""

    def _typed(self, setting: Setting) -> bool:
        return setting.secret and setting.is_for(self.method) and bool(self._entered(setting))


class CredentialsForm(SettingsForm):
    """Those of the job's connector. `job` must have its application and credentials loaded."""

    def __init__(self, job: ProvisioningJob, data: Any, initial: dict[str, Any]) -> None:
        self.job, application = job, job.application
        self.connector = connector_class(application.template.connector)
        settings = application.template.worded(self.connector.settings)
        super().__init__(settings, Known.of(job), application.product, data, initial)

    @property
    def consent_css(self) -> str:
        """Of the button Authorize; empty where there is none."""
        return _only_for([self.connector.consent_method] if self.connector.consent_method else [])


def _only_for(methods: Sequence[str]) -> str:
    return " ".join(["by-method", *(f"by-{each}" for each in methods)]) if methods else ""
