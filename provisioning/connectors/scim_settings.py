"""What the portal must know to sign in to a SCIM application: its address, the method, and what that method needs."""

from provisioning.texts import gettext_noop
from provisioning.wire.settings import SIGN_IN, Method, Setting

TOKEN, CLIENT, BASIC = "bearer", "client_credentials", "basic"

METHODS = (
    Method(value=TOKEN, label=gettext_noop("Bearer authentication")),
    Method(value=CLIENT, label=gettext_noop("OAuth2 client credentials grant")),
    Method(value=BASIC, label=gettext_noop("User name and password")),
)

SETTINGS: tuple[Setting, ...] = (
    Setting(
        name=SIGN_IN,
        graph_key="AuthenticationType",
        label=gettext_noop("Authentication Method"),
        help=gettext_noop("How the application wants to be signed in to. Most give a long-lived token."),
        required=True,
        default=TOKEN,
        choices=METHODS,
    ),
    Setting(
        name="tenant_url",
        graph_key="BaseAddress",
        label=gettext_noop("Tenant URL"),
        help=gettext_noop(
            "The address of the application's SCIM endpoint, up to what stands before /Users. With "
            "?AzureAdScimPatch2017 at its end requests are written as Microsoft's client writes them."
        ),
        required=True,
        is_address=True,
    ),
    Setting(
        name="token",
        graph_key="SecretToken",
        label=gettext_noop("Secret Token"),
        help=gettext_noop(
            "The token that the application gave you. It is stored encrypted and never shown again. Leave it empty for "
            "an application that wants none."
        ),
        secret=True,
        methods=frozenset({TOKEN}),
    ),
    Setting(
        name="token_url",
        graph_key="Oauth2TokenExchangeUri",
        label=gettext_noop("Token Endpoint"),
        help=gettext_noop("Where the portal gets access tokens."),
        required=True,
        is_address=True,
        methods=frozenset({CLIENT}),
    ),
    Setting(
        name="client_id",
        graph_key="Oauth2ClientId",
        label=gettext_noop("Client Identifier"),
        help=gettext_noop("The OAuth client that the application registered for the portal."),
        required=True,
        methods=frozenset({CLIENT}),
    ),
    Setting(
        name="client_secret",
        graph_key="Oauth2ClientSecret",
        label=gettext_noop("Client Secret"),
        help=gettext_noop("The secret that belongs to the client. It is stored encrypted and never shown again."),
        secret=True,
        required=True,
        methods=frozenset({CLIENT}),
    ),
    Setting(
        name="scope",
        graph_key="ConnectionString",  # Microsoft's form has no field for it, hence no key
        label=gettext_noop("Scope"),
        help=gettext_noop("What the token is asked for, if the application wants it named. Usually empty."),
        methods=frozenset({CLIENT}),
    ),
    Setting(
        name="username",
        graph_key="UserName",
        label=gettext_noop("{app} Admin User Name"),
        help=gettext_noop("An administrator who may create and change users there."),
        required=True,
        methods=frozenset({BASIC}),
    ),
    Setting(
        name="password",
        graph_key="Password",
        label=gettext_noop("{app} Admin Password"),
        help=gettext_noop("The password of this administrator. It is stored encrypted and never shown again."),
        secret=True,
        required=True,
        methods=frozenset({BASIC}),
    ),
)
