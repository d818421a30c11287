"""The form of the page Provisioning: mode, credentials, mail, settings and status, with one Save."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from provisioning.choices import Mode, Scope
from provisioning.forms.connector_settings import name_of
from provisioning.forms.credentials import CredentialsForm
from provisioning.jobs.notification import NoAddress, addresses
from provisioning.jobs.save import LIMITS, Wanted
from provisioning.models import ProvisioningJob

MODES = [(Mode.MANUAL, gettext_lazy("Manual")), (Mode.AUTOMATIC, gettext_lazy("Automatic"))]
SCOPES = [
    (Scope.ASSIGNED, gettext_lazy("Sync only assigned users and groups")),
    (Scope.ALL, gettext_lazy("Sync all users and groups")),
]
INTERVALS = (1, 5, 10, 20, 40, 120, 1440)
CHANGE = "change"
"""Chosen in place of an interval: cycles start when the directory changes, and the interval is the longest wait."""
(FEWEST, MOST), (LEAST_PERCENT, MOST_PERCENT) = LIMITS["guard_number"], LIMITS["guard_percent"]
ON, OFF = "on", "off"
STATUSES = [(ON, gettext_lazy("On")), (OFF, gettext_lazy("Off"))]
OF_JOB = ("scope", "interval_minutes", "notification_email", "notify")
"""Fields named as in the job."""
OTHERS = (
    "digest",
    "secret_expires_on",
    "nested_groups",
    "skip_out_of_scope_deletions",
    "guard",
    "guard_number",
    "guard_percent",
    "rate_limit",
)
"""The same, all of them plain settings."""


class ProvisioningForm(CredentialsForm):
    """Everything on the page. In Manual mode only the mode is looked at; the rest stays as it is saved."""

    mode = forms.ChoiceField(label=gettext_lazy("Provisioning Mode"), choices=MODES, show_hidden_initial=True)
    notification_email = forms.CharField(
        label=gettext_lazy("Notification Email"),
        required=False,
        max_length=500,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "email", "spellcheck": "false"}),
        show_hidden_initial=True,
        help_text=gettext_lazy("Several addresses are separated by commas."),
    )
    notify = forms.BooleanField(
        label=gettext_lazy("Send an email notification when a failure occurs"), required=False, show_hidden_initial=True
    )
    digest = forms.BooleanField(
        label=gettext_lazy("Send a daily summary"),
        required=False,
        show_hidden_initial=True,
        help_text=gettext_lazy("To the same addresses: what the cycles of the last 24 hours did."),
    )
    secret_expires_on = forms.DateField(
        label=gettext_lazy("Credentials expire on"),
        required=False,
        show_hidden_initial=True,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("If you know it: a reminder is sent 30 days, 7 days and 1 day before."),
    )
    scope = forms.ChoiceField(label=gettext_lazy("Scope"), choices=SCOPES, show_hidden_initial=True)
    nested_groups = forms.BooleanField(
        label=gettext_lazy("Members of nested groups too"),
        required=False,
        show_hidden_initial=True,
        help_text=gettext_lazy("Without it only the direct members of an assigned group are provisioned."),
    )
    skip_out_of_scope_deletions = forms.BooleanField(
        label=gettext_lazy("Skip out of scope deletions"),
        required=False,
        show_hidden_initial=True,
        help_text=gettext_lazy("Who leaves the scope keeps the account as it is; who is disabled or deleted loses it."),
    )
    guard = forms.BooleanField(
        label=gettext_lazy("Prevent accidental deletion"),
        required=False,
        show_hidden_initial=True,
        help_text=gettext_lazy("More removals at once than a threshold wait until somebody allows or rejects them."),
    )
    guard_number = forms.IntegerField(
        label=gettext_lazy("Accidental deletion threshold"), show_hidden_initial=True, min_value=FEWEST, max_value=MOST
    )
    guard_percent = forms.IntegerField(
        label=gettext_lazy("Accidental deletion threshold in percent"),
        show_hidden_initial=True,
        help_text=gettext_lazy("It counts from 50 accounts on."),
        min_value=LEAST_PERCENT,
        max_value=MOST_PERCENT,
    )
    rate_limit = forms.FloatField(
        label=gettext_lazy("Requests per second"),
        required=False,
        min_value=0.1,
        max_value=10_000,
        show_hidden_initial=True,
        help_text=gettext_lazy("Empty: as fast as the connector knows the application to allow."),
    )
    clear_state = forms.BooleanField(
        label=gettext_lazy("Clear current state and restart synchronization"),
        required=False,
        show_hidden_initial=True,
        help_text=gettext_lazy(
            "Once, when you save: forgets which account belongs to whom, and looks at everybody again. No account is "
            "deleted by it."
        ),
    )
    is_on = forms.ChoiceField(
        label=gettext_lazy("Provisioning Status"),
        choices=STATUSES,
        widget=forms.RadioSelect,
        show_hidden_initial=True,
    )

    def __init__(self, job: ProvisioningJob, data: Any = None) -> None:
        stored = {name: getattr(job, name) for name in (*OF_JOB, *OTHERS)}
        if job.on_change:
            stored["interval_minutes"] = CHANGE
        initial = {"version": job.saves, "mode": job.mode, "is_on": ON if job.is_on else OFF, **stored}
        initial["clear_state"] = False  # a deed and no setting: never stored as ticked
        super().__init__(job, data, initial)
        self.fields["interval_minutes"] = forms.TypedChoiceField(
            label=_("Time between cycles"),
            coerce=lambda value: value if value == CHANGE else int(value),
            choices=[
                (CHANGE, _("When the directory changes")),
                *((each, interval_label(each)) for each in sorted({*INTERVALS, job.interval_minutes})),
            ],
            show_hidden_initial=True,
        )
        self.order_fields(
            [
                "mode",
                *map(name_of, self.settings),
                "notification_email",
                "notify",
                *OF_JOB,
                *OTHERS,
                "clear_state",
                "is_on",
            ]
        )

    @property
    def is_manual(self) -> bool:
        return bool(self.cleaned_data.get("mode") == Mode.MANUAL)

    @property
    def clears_state(self) -> bool:
        return bool(self.cleaned_data.get("clear_state")) and not self.is_manual

    @property
    def edited(self) -> list[str]:
        names = super().edited
        return [name for name in names if name == "mode"] if self.is_manual else names

    @property
    def stored_interval(self) -> str:
        return _("When the directory changes") if self.job.on_change else self.longest_wait

    @property
    def longest_wait(self) -> str:
        """What the interval means while changes start cycles."""
        return interval_label(self.job.interval_minutes)

    def wanted(self) -> Wanted:
        """What to save over the job that the form was made with. Fields that were not edited stay as they are there."""
        edited, cleaned, job = self.edited, self.cleaned_data, self.job
        values: dict[str, Any] = {name: cleaned[name] if name in edited else getattr(job, name) for name in OF_JOB}
        others = {name: cleaned[name] for name in OTHERS if name in edited}
        if "interval_minutes" in edited:
            others["on_change"] = values["interval_minutes"] == CHANGE
            values["interval_minutes"] = job.interval_minutes if others["on_change"] else values["interval_minutes"]
        return Wanted(
            version=job.saves,
            mode=Mode(cleaned["mode"]) if "mode" in edited else Mode(job.mode),
            is_on=cleaned["is_on"] == ON if "is_on" in edited else None,
            credentials=self.credentials if self.has_new_credentials and not self.is_manual else None,
            others=others,
            **values,
        )

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self.is_manual:
            for name in [name for name in self.errors if name != "mode"]:
                del self.errors[name]
        elif self.is_bound and not self.cleaned_data.get("guard"):
            self._leave_thresholds()

    def _leave_thresholds(self) -> None:
        """They are hidden while the guard is off: what stands in them is not looked at."""
        for name in ("guard_number", "guard_percent"):
            if self.errors.pop(name, None):
                self.cleaned_data[name] = getattr(self.job, name)

    def clean_notification_email(self) -> str:
        try:
            return addresses(self.cleaned_data["notification_email"])
        except NoAddress as error:
            raise ValidationError(str(error)) from None

    def clean(self) -> None:
        super().clean()
        wanted = self.cleaned_data.get("notify") or self.cleaned_data.get("digest")
        if wanted and self.cleaned_data.get("notification_email") == "":
            self.add_error("notification_email", _("Enter who is notified, or clear the check boxes below."))
        if self.clears_state and self.cleaned_data.get("is_on") == OFF:
            self.add_error("clear_state", _("This starts a cycle: set Provisioning Status to On, too."))


def interval_label(minutes: int) -> str:
    if minutes == 24 * 60:
        return _("Once a day")
    if minutes % 60 == 0:
        return ngettext("%(n)d hour", "%(n)d hours", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
