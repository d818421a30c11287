"""The whole under one supervisor, as a process of its own, and what keeps it from starting."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from pytest_django import Settings

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def session_of(pid: int) -> list[int]:
    """The processes that the supervisor started and theirs, by parent."""
    below = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return below + [deeper for child in below for deeper in session_of(child)]


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A portal without the demo, freshly prepared, on a port of its own: `port` in its arguments' place."""
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PORTAL_VAR": str(tmp_path),
        "PORTAL_DATABASE_URL": f"sqlite:///{tmp_path}/portal.sqlite3",
        "PORTAL_ADMIN_PASSWORD": "correct-horse-battery",
        "PORT": str(free_port()),
    }
    argv = [sys.executable, str(ROOT / "manage.py"), "serve", "--prepare"]
    process = subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    yield process
    process.kill()
    process.wait()
    assert process.stdout
    process.stdout.close()


def test_the_portal_starts_answers_and_ends_to_the_last_process(portal: subprocess.Popen[str]) -> None:
    assert portal.stdout
    told: list[str] = []
    while "Ctrl-C ends everything.\n" not in told:
        line = portal.stdout.readline()
        assert line, "".join(told)
        told.append(line)
    address = next(line.split()[-1] for line in told if "is ready" in line)
    processes = session_of(portal.pid)

    with urllib.request.urlopen(f"{address}/healthz") as answer:
        assert answer.status == 200
    portal.send_signal(signal.SIGINT)

    assert portal.wait(60) == 0
    assert "  User: admin\n" in told
    assert len(processes) > 10
    assert [pid for pid in processes if Path(f"/proc/{pid}").exists()] == []


@pytest.mark.parametrize("setting", ["PORTAL_PORT", "PORTAL_SANDBOX_PORT"])
def test_a_taken_port_is_named_with_the_way_out(settings: Settings, setting: str) -> None:
    settings.PORTAL_SANDBOX = True
    settings.PORTAL_PORT, settings.PORTAL_SANDBOX_PORT = free_port(), free_port()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        setattr(settings, setting, port)

        with pytest.raises(CommandError, match=rf"Port {port} is taken.*PORT={settings.PORTAL_PORT + 1000} make run"):
            call_command("serve")


def test_an_address_of_another_machine_is_told(settings: Settings) -> None:
    settings.PORTAL_BIND = "192.0.2.1"

    with pytest.raises(CommandError, match=r"cannot listen on 192\.0\.2\.1"):
        call_command("serve")


def test_production_with_the_demo_is_not_started(settings: Settings) -> None:
    settings.PORTAL_PRODUCTION = settings.PORTAL_SANDBOX = True

    with pytest.raises(SystemCheckError, match=r"portal\.E003"):
        call_command("serve")
