"""What the portal knows of admin credentials or a source's settings, and the rules for new ones, whatever the face."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from django.conf import settings as site
from django.utils.translation import gettext as _

from provisioning import vault
from provisioning.jobs.demo_service import demo_settings
from provisioning.models import Credentials, Directory, ProvisioningJob
from provisioning.wire.settings import SIGN_IN, Setting

LONGEST, LONGEST_TEXT = 4096, 32_768
"""Characters of one value, and of one of several lines."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the portal knows already: the saved values, or in the demo those of the demo service.

    `problem` says why saved values can't be read; they must then be entered again.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    row: Credentials | Directory | None = None
    problem: str = ""

    @classmethod
    def of(cls, job: ProvisioningJob) -> "Known":
        row: Credentials | None = getattr(job, "credentials", None)
        if row is None:
            return cls(demo_settings(job.application))
        try:
            return cls(row.unlock(), row)
        except vault.Unreadable as error:
            return cls({}, row, _(error.message.text) % error.message.values)

    @classmethod
    def of_source(cls, directory: Directory) -> "Known":
        """The settings of the directory's source."""
        if not directory.locked:
            return cls()
        try:
            return cls(directory.unlock(), directory)
        except vault.Unreadable as error:
            return cls({}, directory, _(error.message.text) % error.message.values)

    @property
    def saved_at(self) -> str:
        return self.row.saved_at.isoformat() if self.row and self.row.saved_at else ""

    def are_new(self, settings: Iterable[Setting], entered: Mapping[str, str], *, secret_given: bool) -> bool:
        """Whether these are to be saved and tried.

        Also saved ones that are given again while the job is in quarantine: somebody wants them tried.
        """
        is_retried = isinstance(self.row, Credentials) and self.row.job.quarantine and secret_given
        if self.row is None or is_retried:
            return True
        return any(
            (entered.get(each.name, "") or each.default) != (self.values.get(each.name) or each.default)
            for each in settings
        )


def method_of(settings: Iterable[Setting], known: Known, asked: str | None) -> str:
    """How one signs in: as asked, else as saved, else the connector's first choice; empty where there is no choice."""
    for each in settings:
        if each.name == SIGN_IN:
            offered = [choice.value for choice in each.choices]
            return next((way for way in (asked, known.values.get(SIGN_IN)) if way in offered), each.default)
    return ""


def fault_of_address(text: str) -> str:
    """Why this is no address of a service; empty when it is. Whether the portal may go there is decided later."""
    parts = split(text)
    if parts is None or parts.scheme not in ("https", "http") or not parts.hostname or any(map(str.isspace, text)):
        return _("Enter an address such as https://api.example.com")
    if parts.scheme == "http" and not site.PORTAL_ALLOW_PRIVATE:
        return _("The address must begin with https://")
    if "@" in parts.netloc:
        return _("The address must not hold a user name or password.")
    return ""


def split(address: str) -> SplitResult | None:
    """The parts of an address, None when it is none."""
    try:
        parts = urlsplit(address)
        is_one = parts.port != 0
    except ValueError:
        return None
    return parts if is_one else None


def lead_elsewhere(settings: Iterable[Setting], known: Known, entered: Mapping[str, str]) -> bool:
    """Whether an address is another service than the one that the known secrets were entered for.

    Whoever may change an address must not be able to have a saved secret sent there.
    """
    addresses = [each for each in settings if each.is_address and known.values]
    return any(_leads_elsewhere(each, known, entered.get(each.name, "")) for each in addresses)


def enter_again() -> str:
    return _("Enter it again: the address was changed, and a saved secret is not sent to another one.")


def _leads_elsewhere(setting: Setting, known: Known, entered: str) -> bool:
    before, after = split(known.values.get(setting.name) or setting.default), split(entered or setting.default)
    if before is None or after is None:
        return True
    return (before.scheme, before.hostname, before.port) != (after.scheme, after.hostname, after.port)
