"""How the portal reaches the demo's GoTo service. In the demo a new job's advanced settings are prefilled with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from provisioning.models import EnterpriseApplication


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demo service, with a password and a personal access token that are meant to be known."""

    name: str
    password: str
    token: str


ADMINISTRATOR = DemoAccount("admin@contoso.example", "Demo-admin-1", "demo-pat-admin")
WITHOUT_PERMISSION = DemoAccount("helpdesk@contoso.example", "Demo-helpdesk-1", "demo-pat-helpdesk")
CLIENT_ID, CLIENT_SECRET = "demo-client", "demo-secret"
CONNECTORS = frozenset({"goto", "goto_scim"})


def demo_settings(application: EnterpriseApplication) -> dict[str, str]:
    """Settings of the connector by name; nothing outside the demo and for other applications."""
    if not settings.PORTAL_SANDBOX or application.template.connector not in CONNECTORS:
        return {}
    address = f"http://127.0.0.1:{settings.PORTAL_SANDBOX_PORT}"
    return {
        "token_url": f"{address}/oauth/token",
        "authorize_url": f"{address}/oauth/authorize",
        "api_url": address,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }


def is_demo(application: EnterpriseApplication, credentials: Mapping[str, str]) -> bool:
    """Whether these settings lead to the demo service."""
    demo = demo_settings(application)
    return bool(demo) and credentials.get("token_url") == demo["token_url"]
