"""What the portal must know to sign in to GoTo: the method, and the settings that each method needs."""

from provisioning.texts import gettext_noop
from provisioning.wire.settings import SIGN_IN, Method, Setting

PASSWORD, ACCESS_TOKEN, CONSENT = "password", "personal_access_token", "authorization_code"
"""Methods of signing in, named as OAuth's grants are."""

METHODS = (
    Method(value=PASSWORD, label=gettext_noop("User name and password")),
    Method(value=ACCESS_TOKEN, label=gettext_noop("Personal access token")),
    Method(value=CONSENT, label=gettext_noop("OAuth authorization code")),
)

SETTINGS: tuple[Setting, ...] = (
    Setting(
        name=SIGN_IN,
        graph_key="AuthenticationType",
        label=gettext_noop("Authentication Method"),
        help=gettext_noop(
            "GoTo takes passwords from older OAuth clients only; the others work with every client that allows them."
        ),
        required=True,
        default=PASSWORD,
        choices=METHODS,
    ),
    Setting(
        name="username",
        graph_key="UserName",
        label=gettext_noop("{app} Admin User Name"),
        help=gettext_noop("The e-mail address of a GoTo administrator with Team Admin permissions."),
        required=True,
        methods=frozenset({PASSWORD}),
    ),
    Setting(
        name="password",
        graph_key="Password",
        label=gettext_noop("{app} Admin Password"),
        help=gettext_noop("The password of this administrator. It is stored encrypted and never shown again."),
        secret=True,
        required=True,
        methods=frozenset({PASSWORD}),
    ),
    Setting(
        name="pat",
        graph_key="SecretToken",
        label=gettext_noop("Personal access token"),
        help=gettext_noop(
            "Made at myaccount.goto.com by a GoTo administrator with Team Admin permissions. "
            "It is stored encrypted and never shown again."
        ),
        secret=True,
        required=True,
        methods=frozenset({ACCESS_TOKEN}),
    ),
    Setting(
        name="client_id",
        graph_key="ClientIdentifier",
        label=gettext_noop("Client ID"),
        help=gettext_noop("The OAuth client that GoTo's developer portal gave you. It must allow the method above."),
        advanced=True,
    ),
    Setting(
        name="client_secret",
        graph_key="ClientSecret",
        label=gettext_noop("Client secret"),
        help=gettext_noop("The secret that belongs to the client ID."),
        secret=True,
        advanced=True,
    ),
    Setting(
        name="token_url",
        graph_key="Oauth2TokenExchangeUri",
        label=gettext_noop("Token address"),
        help=gettext_noop("Where the portal signs in."),
        advanced=True,
        default="https://authentication.logmeininc.com/oauth/token",
        is_address=True,
    ),
    Setting(
        name="authorize_url",
        graph_key="Oauth2AuthorizationUri",
        label=gettext_noop("Authorization address"),
        help=gettext_noop("Where the browser asks for consent; only for the method with an authorization code."),
        advanced=True,
        default="https://authentication.logmeininc.com/oauth/authorize",
        is_address=True,
    ),
    Setting(
        name="api_url",
        graph_key="BaseAddress",
        label=gettext_noop("API address"),
        help=gettext_noop("Where GoTo's Admin API is."),
        advanced=True,
        default="https://api.getgo.com",
        is_address=True,
    ),
    Setting(
        name="account_key",
        graph_key="CompanyId",
        label=gettext_noop("Account key"),
        help=gettext_noop("Only for an administrator of several GoTo accounts. Leave it empty to have it found."),
        advanced=True,
    ),
)
