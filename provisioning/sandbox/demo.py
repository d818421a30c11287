"""The demo data: fictitious people and secrets that are meant to be known."""

from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.db import transaction

from provisioning.sandbox.models import Account, Client, License, Organization, PersonalToken, Seat, User
from provisioning.sandbox.tokens import digest

ACCOUNT_KEY = "3573452345871200001"
ACCOUNT_NAME = "Contoso"
DOMAINS = ("contoso.example", "fabrikam.example")


@dataclass(frozen=True)
class DemoClient:
    client_id: str
    secret: str
    grants: tuple[str, ...]
    scope: str = "identity: collab:"


TODAY = ("authorization_code", "refresh_token", "personal_access_token")
CLIENTS = (
    DemoClient("demo-client", "demo-secret", ("password", "implicit", *TODAY)),
    # As GoTo registers clients today: without the password grant.
    DemoClient("demo-new-client", "demo-new-secret", TODAY),
    # Without the scope that the Admin API asks for.
    DemoClient("demo-narrow-client", "demo-narrow-secret", ("password", *TODAY), "collab:"),
    # For an organization: with the scope that SCIM asks for.
    DemoClient("demo-scim-client", "demo-scim-secret", ("password", *TODAY), "identity: identity:scim.org collab:"),
)
# Any path and port of this machine: a portal that is tried out lives there.
REDIRECTS = ("http://localhost", "http://127.0.0.1")
# Personal access tokens, by the address of their owner.
PERSONAL_TOKENS = {"admin@contoso.example": "demo-pat-admin", "helpdesk@contoso.example": "demo-pat-helpdesk"}


@dataclass(frozen=True)
class DemoLicense:
    """The webinar and training licences bring GoToMeeting along."""

    key: str
    description: str
    products: tuple[str, ...]
    seats: int


@dataclass(frozen=True)
class DemoRoleSet:
    """A role of the account's own making."""

    id: str
    name: str
    roles: tuple[str, ...]


ROLE_SETS = (
    DemoRoleSet("2493304650871200011", "Help desk", ("MANAGE_USERS", "RUN_REPORTS")),
    DemoRoleSet("2493304650871200012", "Licence desk", ("MANAGE_SEATS",)),
)
MEETING = "1355534416871200001"
LICENSES = (
    DemoLicense(MEETING, "GoToMeeting", ("G2M",), 150),
    DemoLicense("1355534416871200002", "GoToWebinar", ("G2M", "G2W"), 20),
    DemoLicense("1355534416871200003", "GoToTraining", ("G2M", "G2T"), 10),
    DemoLicense("1355534416871200004", "OpenVoice", ("OPENVOICE",), 10),
)


@dataclass(frozen=True)
class DemoUser:
    key: str
    email: str
    first_name: str
    last_name: str
    password: str = ""
    has_password: bool = False
    admin_roles: tuple[str, ...] = field(default=())
    org_roles: tuple[str, ...] = field(default=())


ORGANIZATION = ("ROLE_ORG_READ", "ROLE_ORG_WRITE")
ADMINISTRATORS = (
    DemoUser(
        "5226234234871200001",
        "admin@contoso.example",
        "Ada",
        "Admin",
        "Demo-admin-1",
        True,
        ("SUPER_USER",),
        ORGANIZATION,
    ),
    # A member without any admin role: Test Connection must say what is missing.
    DemoUser("522623423487120002", "helpdesk@contoso.example", "Hugo", "Help", "Demo-helpdesk-1", True),
)
PEOPLE = (
    # The directory spells this name Bell: the first cycle adopts and corrects it.
    DemoUser("5348866090871200001", "bo.bell@contoso.example", "Bo", "Bel"),
    DemoUser("534886609087120002", "cy.cole@contoso.example", "Cy", "Cole", has_password=True),
    # Nobody in the directory owns this one.
    DemoUser("5348866090871200003", "zed.extra@contoso.example", "Zed", "Extra", has_password=True),
)


@transaction.atomic
def fill(empty: bool, seats: int) -> None:
    """Replace whatever is there. `empty` leaves the ordinary people out; `seats` is for GoToMeeting."""
    for model in (Account, Client):  # the rest goes with them
        model.objects.all().delete()
    account = Account.objects.create(key=ACCOUNT_KEY, name=ACCOUNT_NAME)
    Organization.objects.create(account=account, domains=list(DOMAINS))
    for license in LICENSES:
        License.objects.create(
            account=account,
            key=license.key,
            description=license.description,
            products=list(license.products),
            seats=seats if license.key == MEETING else license.seats,
        )
    for person in ADMINISTRATORS if empty else ADMINISTRATORS + PEOPLE:
        _add(account, person)
    register()


@transaction.atomic
def register() -> None:
    """Bring clients and personal access tokens of the demo up to date; data of an older version lacks some."""
    for client in CLIENTS:
        values = {"secret": make_password(client.secret), "grants": list(client.grants), "scope": client.scope}
        values["redirect_uris"] = list(REDIRECTS)
        Client.objects.update_or_create(client_id=client.client_id, defaults=values)
    for email, text in PERSONAL_TOKENS.items():
        for user in User.objects.filter(email_folded=email)[:1]:
            owned = {"user": user, "scope": CLIENTS[0].scope, "expires_at": None}
            PersonalToken.objects.update_or_create(digest=digest(text), defaults=owned)


def _add(account: Account, person: DemoUser) -> None:
    user = User(
        account=account,
        key=person.key,
        email=person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        password=make_password(person.password) if person.password else "",
        password_created=person.has_password,
        admin_roles=list(person.admin_roles),
        org_roles=list(person.org_roles),
    )
    is_member = not person.admin_roles
    if is_member:
        user.invite()
    user.settle(has_seat=is_member)
    if is_member:
        Seat.objects.create(user=user, license=License.objects.get(key=MEETING))
