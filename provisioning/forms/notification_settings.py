"""The form of the page Notification settings: who is told over all applications, of what, and the webhook."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from provisioning.forms.versions import VersionedForm
from provisioning.jobs.known import fault_of_address
from provisioning.jobs.notices.saving import FIELDS
from provisioning.jobs.notices.wording import EVENTS, TEXTS
from provisioning.jobs.notification import NoAddress, addresses
from provisioning.models import NotificationSettings

HOURS = [(str(hour), f"{hour:02}:00") for hour in range(24)]
PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class NotificationsForm(VersionedForm):
    """A box for each event: a list of choices has no values that could be compared with what somebody else saved."""

    recipients = forms.CharField(
        label=gettext_lazy("Recipients"),
        required=False,
        max_length=500,
        widget=forms.TextInput({**PLAIN, "inputmode": "email"}),
        show_hidden_initial=True,
        help_text=gettext_lazy(
            "Told of all applications and of the directory, besides the Notification Email of each application. "
            "Several addresses are separated by commas."
        ),
    )
    sender = forms.CharField(
        label=gettext_lazy("Sender"),
        required=False,
        max_length=254,
        widget=forms.TextInput({**PLAIN, "inputmode": "email"}),
        show_hidden_initial=True,
    )
    digest = forms.BooleanField(
        label=gettext_lazy("Send a daily summary"),
        required=False,
        show_hidden_initial=True,
        help_text=gettext_lazy("Of all applications, to the recipients above."),
    )
    digest_hour = forms.TypedChoiceField(
        label=gettext_lazy("Hour of daily summaries"),
        coerce=int,
        choices=HOURS,
        show_hidden_initial=True,
        help_text=gettext_lazy("In the portal's time zone; also of the summaries of single applications."),
    )
    webhook_url = forms.CharField(
        label=gettext_lazy("Webhook address"),
        required=False,
        max_length=500,
        widget=forms.TextInput({**PLAIN, "inputmode": "url"}),
        show_hidden_initial=True,
        help_text=gettext_lazy(
            "Called with JSON, signed, for each event that is ticked. Another address gets a secret of its own."
        ),
    )

    def __init__(self, saved: NotificationSettings, data: Any = None) -> None:
        self.saved = saved
        initial = {name: getattr(saved, name) for name in FIELDS} | {"version": saved.saves}
        initial |= {_box(kind): kind not in saved.muted for kind in EVENTS}
        super().__init__(data, initial=initial)
        default = {"default_sender": settings.DEFAULT_FROM_EMAIL}
        self.fields["sender"].help_text = _("Empty: %(default_sender)s") % default
        for kind in EVENTS:
            self.fields[_box(kind)] = forms.BooleanField(
                label=_(TEXTS[kind].label), required=False, show_hidden_initial=True
            )

    @property
    def events(self) -> list[forms.BoundField]:
        return [self[_box(kind)] for kind in EVENTS]

    @property
    def values(self) -> dict[str, Any]:
        """What to save: the fields that were edited. Boxes that were left alone are as they are stored."""
        edited, cleaned = self.edited, self.cleaned_data
        values = {name: cleaned[name] for name in FIELDS if name in edited}
        boxes = {kind: cleaned[_box(kind)] if _box(kind) in edited else kind not in self.saved.muted for kind in EVENTS}
        return {**values, "muted": [kind.value for kind in EVENTS if not boxes[kind]]}

    def clean_recipients(self) -> str:
        try:
            return addresses(self.cleaned_data["recipients"])
        except NoAddress as error:
            raise ValidationError(str(error)) from None

    def clean_sender(self) -> str:
        sender = str(self.cleaned_data["sender"]).strip()
        bare = sender.rpartition("<")[2].removesuffix(">") if sender.endswith(">") else sender
        if sender:
            try:
                validate_email(bare)
            except ValidationError:
                wrong = _("Enter an address such as portal@contoso.example, or Portal <portal@contoso.example>.")
                raise ValidationError(wrong) from None
        return sender

    def clean_webhook_url(self) -> str:
        url = str(self.cleaned_data["webhook_url"]).strip()
        if url and (fault := fault_of_address(url)):
            raise ValidationError(fault)
        return url

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("digest") and self.cleaned_data.get("recipients") == "":
            self.add_error("recipients", _("Enter who gets the daily summary, or clear its check box."))


def _box(kind: str) -> str:
    return f"send_{kind}".replace("-", "_")
