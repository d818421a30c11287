"""The form of the schema page: a document in the editor or in a file, checked whole before anything is saved."""

import hashlib
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy

from provisioning.forms.versions import VersionField
from provisioning.jobs.configuration import Configuration
from provisioning.jobs.configuration_changes import Change, changes
from provisioning.jobs.json_text import LARGEST, Problem, Unreadable, text_of
from provisioning.jobs.schema_reading import Read, read_text
from provisioning.models import ProvisioningJob


class SchemaForm(forms.Form):
    """`current` is the configuration of the job as it is now, `stored` the same as text.

    `reviewed` says of which text, on top of which save of the job, the person has seen what it changes.
    """

    text = forms.CharField(
        label=gettext_lazy("Schema as JSON"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "class": "code", "spellcheck": "false", "wrap": "off"}),
    )
    file = forms.FileField(
        label=gettext_lazy("Upload a file instead"),
        required=False,
        allow_empty_file=True,
        help_text=gettext_lazy(
            "One that was downloaded here, or exported from Azure. It takes the place of the editor."
        ),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )
    reviewed = VersionField(required=False)

    def __init__(
        self,
        job: ProvisioningJob,
        current: Configuration,
        stored: str,
        data: QueryDict | None = None,
        files: MultiValueDict[str, Any] | None = None,
    ) -> None:
        self.job, self.current = job, current
        super().__init__(data, files, initial={"text": stored})

    @cached_property
    def document(self) -> str:
        """What was sent: the file, when there is one. Raises Unreadable.

        Lines end in one way: a browser sends those of a file otherwise, once they are in the editor.
        """
        uploaded = self.files.get("file")
        text: str = text_of(uploaded.read(LARGEST + 1)) if uploaded else self.data.get("text", "")
        return text.replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def read(self) -> Read:
        """The configuration it stands for, or everything that is wrong with it."""
        try:
            return read_text(self.job, self.current, self.document)
        except Unreadable as error:
            return Read(None, (Problem("", str(error)),))

    @cached_property
    def changes(self) -> list[Change]:
        """What saving it would change; nothing while it is wrong."""
        return changes(self.current, self.read.configuration) if self.read.configuration else []

    @property
    def mark(self) -> str:
        """Of this text on top of what is saved now."""
        return hashlib.sha256(f"{self.job.saves} {self.document}".encode(errors="replace")).hexdigest()

    @property
    def was_reviewed(self) -> bool:
        """Whether the person saw what exactly this changes, and wants it."""
        return "apply" in self.data and self.data.get("reviewed") == self.mark

    @property
    def is_stale(self) -> bool:
        """Whether the person wants it, but something was saved or edited since it was shown what it changes."""
        return "apply" in self.data and not self.was_reviewed

    def redrawn(self) -> "SchemaForm":
        """With the document in the editor, also one from a file, and marked as shown when it can be saved."""
        data = QueryDict(mutable=True)
        try:
            data["text"] = self.document
        except Unreadable:
            data["text"] = self.data.get("text", "")
        if self.read.configuration is not None:
            data["reviewed"] = self.mark
        return SchemaForm(self.job, self.current, self.initial["text"], data)
