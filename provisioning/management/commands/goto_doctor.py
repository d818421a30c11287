"""Holds what docs/goto.md assumes of GoTo against the real account of one application."""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from provisioning.connectors.base import Connector
from provisioning.connectors.goto import GoTo
from provisioning.connectors.goto_assumptions import BY_HAND
from provisioning.connectors.goto_doctor import TRIED, Doctor
from provisioning.connectors.goto_probe import Finding
from provisioning.connectors.goto_scim import GoToScim
from provisioning.errors import ProvisioningError
from provisioning.jobs.rules import connector, saved_credentials
from provisioning.management.commands.run_cycle import find_job
from provisioning.texts import Message

MARKS: dict[bool | None, str] = {True: "held", False: "DID NOT HOLD", None: "not told"}


class Command(BaseCommand):
    help = "Reads a real GoTo account as the portal does, and prints which assumptions of docs/goto.md held."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("application", help="the application's name or application ID, with saved credentials")
        parser.add_argument(
            "--throw-away-user",
            metavar="ADDRESS",
            help="also create, suspend and delete a user with this unused address; GoTo may send it an invitation",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        job = find_job(options["application"])
        try:
            target = connector(job.application, saved_credentials(job))
            if not isinstance(target, GoTo | GoToScim):
                raise CommandError(_("%(name)s is no GoTo application.") % {"name": job})
            report = target.test_connection()
            self.stdout.write(_("Signed in as %(name)s.") % {"name": report.signed_in_as})
            for each in report.findings:
                self.stdout.write(_said(each))
            doctor = Doctor(_by_admin_api(target))
            self._tell(doctor.look())
            if options["throw_away_user"]:
                self._tell(doctor.try_out(options["throw_away_user"]))
            else:
                self.stdout.write(_("Only with --throw-away-user: %(names)s.") % {"names": ", ".join(TRIED)})
        except ProvisioningError as error:
            where = f"{_said(error.step)}: " if error.step else ""
            raise CommandError(f"{where}{_said(error.message)} {_(error.remedy)}") from error
        self.stdout.write(_("Only by hand:"))
        for assumption, how in BY_HAND.items():
            self.stdout.write(f"{'by hand':>12}  {assumption}: {_(how)}.")

    def _tell(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self.stdout.write(f"{MARKS[finding.held]:>12}  {finding.assumption}: {_said(finding.text)}")


def _by_admin_api(target: Connector) -> GoTo:
    """Both interfaces sign in alike, and the doctor looks at both."""
    if isinstance(target, GoTo):
        return target
    made = GoTo(target.credentials, target.session)
    made.shared_tokens = target.shared_tokens
    return made


def _said(message: Message) -> str:
    return _(message.text) % message.values if message.values else _(message.text)
