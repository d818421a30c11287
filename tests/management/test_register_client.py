"""Registering a program from a shell."""

import io
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from portal.accounts.models import AuditEntry
from provisioning.jobs.api_clients import digest_of
from provisioning.models import ApiClient, ApiCredential

pytestmark = pytest.mark.django_db


def run(*arguments: Any) -> str:
    out = io.StringIO()
    call_command("register_client", *arguments, stdout=out)
    return out.getvalue()


def test_a_script_gets_everything_it_needs_to_sign_in() -> None:
    facts = json.loads(run("Nightly script", "--scope", "manage", "--expires", "30", "--json"))

    client, row = ApiClient.objects.get(), ApiCredential.objects.get()
    assert (facts["client_id"], facts["scope"], client.scope) == (str(client.client_id), "manage", "manage")
    assert digest_of(facts["client_secret"]) == row.digest
    assert datetime.fromisoformat(facts["expires"]) <= timezone.now() + timedelta(days=30)
    assert facts["authority"].endswith(facts["tenant_id"])


def test_a_person_is_told_that_the_secret_is_not_shown_again() -> None:
    text = run("Nightly script")

    assert "The secret is not shown again." in text
    assert ApiClient.objects.get().scope == "read"


def test_the_audit_trail_tells_it_without_the_secret() -> None:
    facts = json.loads(run("Nightly script", "--json"))

    entries = AuditEntry.objects.values()
    assert [each["activity"] for each in entries] == ["Add client secret", "Add app registration"]
    assert facts["client_secret"] not in str(entries)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nightly script"], "Another app registration has this name."),
        ([" "], "cannot be blank"),
        (["New", "--expires", "0"], "1 to 730 days"),
        (["New", "--expires", "731"], "1 to 730 days"),
    ],
)
def test_what_cannot_be_is_told(arguments: list[str], said: str) -> None:
    run("Nightly script")
    with pytest.raises(CommandError, match=said):
        run(*arguments)
