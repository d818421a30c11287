"""Registers a program that may call the API, and prints its secret once."""

import json
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from provisioning.choices import ApiScope
from provisioning.jobs.api_clients import LONGEST_LIFE, USUAL_LIFE, NameRefused, add_secret, register
from provisioning.models import Directory

BY = "manage.py register_client"


class Command(BaseCommand):
    help = "Registers a program that may call the API; prints its client ID and, this once, its secret."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="how the app registration is called")
        parser.add_argument("--scope", choices=[each.value for each in ApiScope], default=ApiScope.READ.value)
        parser.add_argument("--expires", type=int, metavar="DAYS", default=USUAL_LIFE.days, help="life of the secret")
        parser.add_argument("--json", action="store_true", help="print JSON, for scripts")

    def handle(self, *args: Any, **options: Any) -> None:
        days = options["expires"]
        if not 1 <= days <= LONGEST_LIFE.days:
            raise CommandError(_("--expires takes 1 to %(most)d days.") % {"most": LONGEST_LIFE.days})
        try:
            client = register(options["name"], ApiScope(options["scope"]), BY)
        except NameRefused as refused:
            raise CommandError(str(refused)) from None
        secret = add_secret(client, "", timedelta(days=days), BY, timezone.now())
        tenant = Directory.objects.the_one().tenant_id
        facts = {
            "tenant_id": str(tenant),
            "client_id": str(client.client_id),
            "client_secret": secret.text,
            "expires": secret.row.expires_at.isoformat(),
            "scope": client.scope,
            "authority": f"{settings.PORTAL_ADDRESS}/{tenant}",
            "graph": f"{settings.PORTAL_ADDRESS}/graph/v1.0",
        }
        if options["json"]:
            self.stdout.write(json.dumps(facts, indent=2))
            return
        for name, value in facts.items():
            self.stdout.write(f"{name:<14} {value}")
        self.stdout.write(_("The secret is not shown again."))
