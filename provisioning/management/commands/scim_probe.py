"""What a SCIM application can do, on the command line: the test bench of whoever builds a SCIM endpoint."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from provisioning.connectors.scim import Scim
from provisioning.connectors.scim_findings import Finding, Left, Verdict, report
from provisioning.connectors.scim_probe import Probe
from provisioning.connectors.scim_trial import Trial
from provisioning.errors import ProvisioningError
from provisioning.wire.session import new_session

SECONDS = 30.0


class Command(BaseCommand):
    help = "Reports what a SCIM 2.0 endpoint can do. Reads alone, unless told to write. Ends with 1 if something fails."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", help="the Tenant URL: what stands before /Users")
        parser.add_argument("--token", default="", help="the secret token, sent as bearer")
        parser.add_argument("--write", action="store_true", help="also create, change and delete a user and a group")
        parser.add_argument("--json", action="store_true", help="print JSON, with request and answer of each step")

    def handle(self, *args: Any, **options: Any) -> None:
        session = new_session(timeout=SECONDS, allow_private=True)
        with closing(session):
            target = Scim({"tenant_url": options["url"], "token": options["token"]}, session)
            probe = Probe(target)
            try:
                probe.look()
            except ProvisioningError as error:
                raise CommandError(f"{error} {_(error.remedy)}".strip(), returncode=2) from error
            target.adapt({"discovered": probe.learned})
            trial = Trial(target)
            findings = [*probe.findings, *(trial.run() if options["write"] else ())]
        if options["json"]:
            self.stdout.write(json.dumps(report(findings, probe.learned, trial.left), indent=2))
        else:
            self._tell(findings, probe.learned, trial.left)
        if any(each.verdict is Verdict.FAILS for each in findings):
            raise SystemExit(1)

    def _tell(self, findings: Sequence[Finding], learned: Mapping[str, Any], left: Sequence[Left]) -> None:
        for each in findings:
            self.stdout.write(f"{each.verdict:>8}  {each.text}  [{each.paragraph}]")
        for one in left:
            self.stdout.write(
                f"    left  {one.type} {one.name} {one.id}{' (switched off)' if one.off else ''}".rstrip()
            )
        if learned:
            self.stdout.write("\n[profile]")
            for name, value in learned.items():
                self.stdout.write(f"{name} = {json.dumps(value)}")
