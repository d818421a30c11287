"""The form of the page Directory source: its name, where its people come from, and the settings of that source."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from provisioning.directory import all_sources
from provisioning.forms.connector_settings import name_of
from provisioning.forms.credentials import SettingsForm
from provisioning.jobs.imports.settings import Wanted, is_empty
from provisioning.jobs.known import Known
from provisioning.models import Directory
from provisioning.models.directory import OWN

HERE = gettext_lazy("This portal: people and groups are edited here")
DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
OF_DIRECTORY = ("label", "tenant_name", "default_domain", "secret_expires_on")


class DirectoryForm(SettingsForm):
    """Everything on the page. With a source, tenant name and default domain are what the source says.

    A full directory keeps its source: then the form has no field for it.
    """

    label = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        show_hidden_initial=True,
        help_text=gettext_lazy("How mappings and logs name the directory."),
    )
    tenant_name = forms.CharField(label=gettext_lazy("Tenant name"), max_length=120, show_hidden_initial=True)
    default_domain = forms.CharField(
        label=gettext_lazy("Default domain"),
        required=False,
        max_length=253,
        show_hidden_initial=True,
        help_text=gettext_lazy("What DefaultDomain() gives in expressions, for example contoso.example."),
    )

    secret_expires_on = forms.DateField(
        label=gettext_lazy("Credentials expire on"),
        required=False,
        show_hidden_initial=True,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("If you know it: a reminder is sent 30 days, 7 days and 1 day before."),
    )

    def __init__(self, directory: Directory, data: Any = None) -> None:
        self.directory, self.is_empty = directory, is_empty(directory)
        self.source = self._chosen(data)
        source = all_sources()[self.source]
        known = Known.of_source(directory) if directory.source == self.source else Known()
        initial = {"version": directory.source_version, "source": directory.source}
        initial |= {name: getattr(directory, name) for name in OF_DIRECTORY}
        super().__init__(source.settings, known, _(source.label), data, initial)
        if self.is_empty:
            choices = [(OWN, HERE), *((key, _(each.label)) for key, each in all_sources().items())]
            self.fields["source"] = forms.ChoiceField(label=_("Source"), choices=choices, show_hidden_initial=True)
        self.order_fields(["source", *OF_DIRECTORY, *map(name_of, self.settings)])

    def _chosen(self, data: Mapping[str, Any] | None) -> str:
        """The source whose settings are shown: the chosen one, else the saved one, else the first there is."""
        sent = str((data or {}).get("source", "")) if self.is_empty else ""
        return next((key for key in (sent, self.directory.source) if key in all_sources()), min(all_sources()))

    @property
    def source_label(self) -> str:
        return str(HERE) if self.directory.is_own else _(all_sources()[self.source].label)

    @property
    def is_own(self) -> bool:
        """Whether people are edited here once this is saved."""
        chosen = self.cleaned_data.get("source") if self.is_bound and self.is_empty else self.directory.source
        return chosen == OWN

    @property
    def edited(self) -> list[str]:
        ignored = {name_of(each) for each in self.settings} if self.is_own else {"tenant_name", "default_domain"}
        return [name for name in super().edited if name not in ignored]

    @property
    def needs_test(self) -> bool:
        """New settings of a source are only saved when they pass a test."""
        return not self.is_own and (self.has_new_credentials or "source" in self.edited)

    def wanted(self) -> Wanted:
        names = [name for name in (*OF_DIRECTORY, "source") if name in self.edited]
        return Wanted(
            version=self.directory.source_version,
            values={name: self.cleaned_data[name] for name in names},
            credentials=self.credentials if self.needs_test else None,
        )

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound:
            hidden = [name_of(each) for each in self.settings] if self.is_own else ["tenant_name", "default_domain"]
            for name in hidden:
                self.errors.pop(name, None)

    def clean_default_domain(self) -> str:
        domain = str(self.cleaned_data["default_domain"]).strip().lower()
        if domain and not DOMAIN.fullmatch(domain):
            raise ValidationError(_("Enter a domain such as contoso.example."))
        return domain
