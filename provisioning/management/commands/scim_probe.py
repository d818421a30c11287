"""What a SCIM application can do, on the command line: the test bench of whoever builds a SCIM endpoint."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from provisioning.connectors.scim import Scim
from provisioning.connectors.scim_probe import Finding, Probe, Verdict
from provisioning.connectors.scim_trial import PARAGRAPHS, Trial
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
            findings = [*probe.findings, *(Trial(target).run() if options["write"] else ())]
        if options["json"]:
            self.stdout.write(
                json.dumps({"findings": list(map(_as_json, findings)), "profile": probe.learned}, indent=2)
            )
        else:
            self._tell(findings, probe.learned)
        if any(each.verdict is Verdict.FAILS for each in findings):
            raise SystemExit(1)

    def _tell(self, findings: Sequence[Finding], learned: Mapping[str, Any]) -> None:
        for each in findings:
            self.stdout.write(f"{each.verdict:>8}  {each.text}  [{PARAGRAPHS.get(each.name, '')}]")
        if learned:
            self.stdout.write("\n[profile]")
            for name, value in learned.items():
                self.stdout.write(f"{name} = {json.dumps(value)}")


def _as_json(finding: Finding) -> dict[str, Any]:
    return {
        "name": finding.name,
        "verdict": str(finding.verdict),
        "text": str(finding.text),
        "paragraph": PARAGRAPHS.get(finding.name, ""),
        "exchanges": [asdict(each) for each in finding.exchanges],
    }
