"""What the portal must know to read a tenant through Microsoft Graph, and where each cloud has its addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from provisioning.texts import gettext_noop
from provisioning.wire.settings import SIGN_IN, Method, Setting

SECRET, CERTIFICATE = "client_secret", "client_certificate"
"""Methods of signing in, named as OAuth's registry of authentication methods does."""
METHODS = (
    Method(value=SECRET, label=gettext_noop("Client secret")),
    Method(value=CERTIFICATE, label=gettext_noop("Certificate")),
)

GLOBAL, US_GOVERNMENT, US_DEFENSE, CHINA, CUSTOM = "global", "us_government", "us_defense", "china", "custom"
CLOUDS = (
    Method(value=GLOBAL, label=gettext_noop("Azure (global)")),
    Method(value=US_GOVERNMENT, label=gettext_noop("Azure for US Government (GCC High)")),
    Method(value=US_DEFENSE, label=gettext_noop("Azure for US Government (DoD)")),
    Method(value=CHINA, label=gettext_noop("Azure in China (21Vianet)")),
    Method(value=CUSTOM, label=gettext_noop("Another service that speaks Microsoft Graph")),
)


@dataclass(frozen=True, slots=True)
class Cloud:
    """Where one signs in, and where Graph is: addresses without a path."""

    authority: str
    graph: str


ADDRESSES: Mapping[str, Cloud] = MappingProxyType(
    {
        GLOBAL: Cloud("https://login.microsoftonline.com", "https://graph.microsoft.com"),
        US_GOVERNMENT: Cloud("https://login.microsoftonline.us", "https://graph.microsoft.us"),
        US_DEFENSE: Cloud("https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
        CHINA: Cloud("https://login.partner.microsoftonline.cn", "https://microsoftgraph.chinacloudapi.cn"),
    }
)

SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="cloud",
        label=gettext_noop("Cloud"),
        help=gettext_noop("Where the tenant lives. Another portal is reached by the addresses below."),
        required=True,
        default=GLOBAL,
        choices=CLOUDS,
    ),
    Setting(
        name="tenant",
        label=gettext_noop("Tenant ID"),
        help=gettext_noop("The directory (tenant) ID, or one of the tenant's domains such as contoso.example."),
        required=True,
    ),
    Setting(
        name="client_id",
        label=gettext_noop("Application (client) ID"),
        help=gettext_noop("Of the app registration that the portal signs in with."),
        required=True,
    ),
    Setting(
        name=SIGN_IN,
        label=gettext_noop("Authentication Method"),
        required=True,
        default=SECRET,
        choices=METHODS,
    ),
    Setting(
        name="client_secret",
        label=gettext_noop("Client secret"),
        help=gettext_noop("The value of the secret, not its ID. It is stored encrypted and never shown again."),
        secret=True,
        required=True,
        methods=frozenset({SECRET}),
    ),
    Setting(
        name="private_key",
        label=gettext_noop("Private key"),
        help=gettext_noop(
            "In PEM, without a password: from -----BEGIN PRIVATE KEY----- to the end. It is stored encrypted and never "
            "shown again."
        ),
        secret=True,
        required=True,
        several_lines=True,
        methods=frozenset({CERTIFICATE}),
    ),
    Setting(
        name="certificate",
        label=gettext_noop("Certificate"),
        help=gettext_noop("The one that was uploaded to the app registration, in PEM."),
        required=True,
        several_lines=True,
        methods=frozenset({CERTIFICATE}),
    ),
    Setting(
        name="authority_url",
        label=gettext_noop("Sign-in address"),
        help=gettext_noop("Only for another service: where /{tenant}/oauth2/v2.0/token is found."),
        advanced=True,
        is_address=True,
    ),
    Setting(
        name="graph_url",
        label=gettext_noop("Graph address"),
        help=gettext_noop("Only for another service: where /v1.0/users is found."),
        advanced=True,
        is_address=True,
    ),
    Setting(
        name="authorities",
        label=gettext_noop("Trusted certificates"),
        help=gettext_noop(
            "Only where the service's certificate comes from an authority of your own: that authority's certificate in "
            "PEM, or the path of a file on the portal's machine. Nothing else is trusted then."
        ),
        advanced=True,
        several_lines=True,
    ),
)
