"""Finding the service principal in the source whose assignments an application takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from provisioning.choices import AssignmentsFrom
from provisioning.directory.base import SourceApplication
from provisioning.errors import ProvisioningError
from provisioning.jobs.imports.source import find_applications
from provisioning.models import EnterpriseApplication


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`taken_by`: another application that takes its assignments from there; empty: none."""

    principal: SourceApplication
    taken_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search came to, by name; or why it came to nothing."""

    text: str
    choices: Sequence[Choice]
    error: ProvisioningError | None


def find(application: EnterpriseApplication, text: str) -> Found:
    found, error = find_applications(application.directory, text)
    taken = _taken(application)
    by_name = sorted(found, key=lambda each: (each.label.casefold(), each.id))
    choices = [Choice(principal=each, taken_by=taken.get(each.id, "")) for each in by_name]
    return Found(text=text, choices=choices, error=error)


def _taken(application: EnterpriseApplication) -> dict[str, str]:
    """By service principal, the name of the other application that follows it."""
    others = EnterpriseApplication.objects.filter(
        directory=application.directory, assignments_from=AssignmentsFrom.SOURCE
    ).exclude(pk=application.pk)
    return {str(principal): name for principal, name in others.values_list("source_principal", "display_name")}
