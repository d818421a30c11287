"""The program: start, options, restart, end."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import requests

from tests.goto_service import ROOT, running_service
from tests.sandbox.api import signed_in


def program(*options: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *options],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_restart_keeps_accounts_and_tokens(tmp_path: Path) -> None:
    with running_service(tmp_path) as first:
        api = signed_in(first, first.admin, first.admin_password)
        key = api.add("kept@contoso.example")
        api.close()
    with running_service(tmp_path) as second:
        address = f"{second.url}/admin/rest/v1/accounts/3573452345871200001/users/{key}"
        answer = requests.get(address, headers=api.headers, timeout=30)

        assert answer.json()["email"] == "kept@contoso.example"
        assert len(second.accounts()) == 6


def test_the_options_choose_what_the_demo_holds(tmp_path: Path) -> None:
    with running_service(tmp_path, "--empty", "--seats", "7") as service:
        service.reset()
        emails = [account["email"] for account in service.accounts()]
        with signed_in(service, service.admin, service.admin_password) as api:
            seats = api.get("licenses").json()["results"][0]["seats"]

    assert emails == ["admin@contoso.example", "helpdesk@contoso.example"]
    assert seats == 7


def test_it_ends_with_success_although_a_client_stays_connected(tmp_path: Path) -> None:
    with running_service(tmp_path) as service, requests.Session() as client:
        client.get(f"{service.url}/healthz", timeout=30)
        assert service.stop() == 0
    with running_service(tmp_path) as service:
        service.process.send_signal(signal.SIGINT)
        assert service.process.wait(timeout=30) == 0


def test_a_taken_port_is_told_and_nothing_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        data = tmp_path / "new.sqlite3"
        ended = program("-m", "provisioning.sandbox", "--port", port, "--data", str(data))

    assert ended.returncode == 1
    assert ended.stderr == f"The demo GoTo service cannot use port {port}: address already in use.\n"
    assert not data.exists()


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    data = tmp_path / "letter.txt"
    data.write_text("Dear reader, this is not a database.")

    ended = program("-m", "provisioning.sandbox", "--port", "0", "--data", str(data))

    assert ended.returncode == 1
    assert ended.stderr == f"The demo GoTo service cannot use the file {data}: file is not a database.\n"


def test_it_listens_on_loopback_only(tmp_path: Path) -> None:
    with running_service(tmp_path) as service:
        assert service.url.startswith("http://127.0.0.1:")


def test_every_change_of_a_model_has_its_migration() -> None:
    ended = program(
        "-m", "django", "makemigrations", "--check", "--dry-run", DJANGO_SETTINGS_MODULE="provisioning.sandbox.settings"
    )

    assert ended.returncode == 0, ended.stdout


def test_it_imports_nothing_of_the_portal_or_the_rest_of_provisioning() -> None:
    code = (
        "import sys, django; django.setup(); import provisioning.sandbox.urls, provisioning.sandbox.server;"
        "print([name for name in sys.modules if name.split('.')[0] == 'portal'"
        " or name.startswith('provisioning.') and not name.startswith('provisioning.sandbox')])"
    )

    ended = program("-c", code, DJANGO_SETTINGS_MODULE="provisioning.sandbox.settings")

    assert ended.stdout == "[]\n", ended.stderr
