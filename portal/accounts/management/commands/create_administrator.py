"""Makes the first administrator; does nothing when there is an account already."""

import os
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.accounts.audit import record
from portal.accounts.models import Account, Role
from portal.accounts.people import made_up_password

VARIABLE = "PORTAL_ADMIN_PASSWORD"


class Command(BaseCommand):
    help = "Makes the first administrator and shows the password, once. Does nothing when there is an account already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", default="admin", help="the user name (default: admin)")
        parser.add_argument(
            "--password-from-env", action="store_true", help=f"insist on {VARIABLE} instead of making a password up"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if Account.objects.exists():
            return
        given = os.environ.get(VARIABLE, "")
        if options["password_from_env"] and not given:
            raise CommandError(f"{VARIABLE} is not set.")
        password = given or made_up_password()
        self._create(options["user"], password)
        self.stdout.write(_("User: %(user)s") % {"user": options["user"]})
        shown = _("the one in %(variable)s") % {"variable": VARIABLE} if given else password
        self.stdout.write(_("Password: %(password)s") % {"password": shown})

    @transaction.atomic
    def _create(self, user: str, password: str) -> None:
        account = Account(username=Account.normalize_username(user), role=Role.APPLICATION_ADMINISTRATOR)
        try:
            validate_password(password, account)
            account.display_name = _("Administrator")
            account.set_password(password)
            account.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        account.save()
        record(None, gettext_noop("Create account"), account.username, new={"Role": account.role})
