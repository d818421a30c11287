"""Which programs `serve` runs, and with what."""

import pytest
from pytest_django import Settings

from provisioning.management.programs import children, listeners


@pytest.fixture
def demo(settings: Settings) -> Settings:
    settings.PORTAL_PORT, settings.PORTAL_SANDBOX_PORT, settings.PORTAL_SANDBOX = 9000, 9001, True
    return settings


def test_the_demo_runs_the_stand_in_beside_the_portal(demo: Settings) -> None:
    assert [child.name for child in children()] == ["web", "cycles", "now", "sandbox"]
    assert [listener.port for listener in listeners()] == [9000, 9001]


def test_without_the_demo_there_is_no_stand_in(demo: Settings) -> None:
    demo.PORTAL_SANDBOX = False

    assert [child.name for child in children()] == ["web", "cycles", "now"]
    assert [listener.port for listener in listeners()] == [9000]


def test_each_cluster_is_told_its_queue(demo: Settings) -> None:
    assert [child.env["Q_CLUSTER_NAME"] for child in children() if child.name in ("cycles", "now")] == ["cycles", "now"]


@pytest.mark.parametrize(("bind", "told"), [("127.0.0.1", "127.0.0.1:9000"), ("::1", "[::1]:9000")])
def test_the_web_server_listens_where_the_setting_says(demo: Settings, bind: str, told: str) -> None:
    demo.PORTAL_BIND = bind

    assert f"--bind={told}" in children()[0].argv


def test_the_portal_is_asked_by_its_own_name(demo: Settings) -> None:
    demo.PORTAL_ADDRESS = "https://portal.contoso.example"

    assert dict(listeners()[0].headers) == {"Host": "portal.contoso.example", "X-Forwarded-Proto": "https"}
