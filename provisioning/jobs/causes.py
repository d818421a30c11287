"""Why a connection test failed: a title and a sentence on what to do, one pair for each cause."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from provisioning.errors import (
    CredentialsRejected,
    PermissionMissing,
    ProvisioningError,
    RequestTimeout,
    ServerError,
    SettingsInvalid,
    TooManyRequests,
    UnexpectedAnswer,
    Unreachable,
)
from provisioning.jobs.connection import TooManyTests
from provisioning.texts import gettext_noop
from provisioning.wire import client, session


@dataclass(frozen=True, slots=True)
class Cause:
    """`%(app)s` in the texts is the application's gallery name."""

    title: str
    advice: str

    def told(self, app: str) -> tuple[str, str]:
        """Both texts, translated."""
        return _(self.title) % {"app": app}, _(self.advice) % {"app": app}


# The first text is Azure's own.
REJECTED = Cause(
    gettext_noop(
        "You appear to have entered invalid credentials. Please confirm you are using the correct information for an "
        "administrative account."
    ),
    gettext_noop("Enter them again, and check the client under the advanced connection settings."),
)
FORBIDDEN = Cause(
    gettext_noop("The account may not manage users in %(app)s"),
    gettext_noop("The credentials are right, but a permission is missing. Have it granted, or use another account."),
)
SETTINGS = Cause(
    gettext_noop("The connection settings can't be used"),
    gettext_noop("Correct what is named here and test again."),
)
UNKNOWN_NAME = Cause(
    gettext_noop("The address is not known"),
    gettext_noop("Check the address for slips, and that the portal's network can look up names."),
)
NO_TLS = Cause(
    gettext_noop("No secure connection could be made"),
    gettext_noop("The address must have a valid certificate of a public authority that names this very host."),
)
UNREACHABLE = Cause(
    gettext_noop("%(app)s could not be reached"),
    gettext_noop("Check the address, and that a firewall lets the portal through."),
)
TOO_SLOW = Cause(
    gettext_noop("%(app)s did not answer in time"),
    gettext_noop("Check the address. If it is right, the application is slow at the moment: try again later."),
)
REDIRECTED = Cause(
    gettext_noop("The address leads somewhere else"),
    gettext_noop("A redirect is not followed. Enter the address of the API itself, often the one it points to."),
)
NOT_THE_API = Cause(
    gettext_noop("Something else than the API answered"),
    gettext_noop("Often this is a web page or a proxy. Check the address and what lies in between."),
)
FAILED = Cause(
    gettext_noop("%(app)s failed while answering"),
    gettext_noop("The fault is on the other side. Try again later."),
)
BUSY = Cause(
    gettext_noop("%(app)s asks to wait"),
    gettext_noop("It received too many requests. Try again in some minutes."),
)
OURS = Cause(
    gettext_noop("Too many tests at once"),
    gettext_noop("Nothing was tested. Try again in a moment."),
)

CAUSES: tuple[tuple[type[ProvisioningError], str, Cause], ...] = (
    (TooManyTests, "", OURS),
    (CredentialsRejected, "", REJECTED),
    (PermissionMissing, "", FORBIDDEN),
    (SettingsInvalid, "", SETTINGS),
    (Unreachable, session.UNKNOWN_NAME, UNKNOWN_NAME),
    (Unreachable, session.TLS_REFUSED, NO_TLS),
    (Unreachable, "", UNREACHABLE),
    (RequestTimeout, "", TOO_SLOW),
    (UnexpectedAnswer, client.REDIRECTED, REDIRECTED),
    (UnexpectedAnswer, "", NOT_THE_API),
    (TooManyRequests, "", BUSY),
    (ServerError, "", FAILED),
)
"""Family, text of its message where only one of the family's situations is meant, cause; the first that fits counts."""


def cause_of(error: ProvisioningError) -> Cause:
    for family, text, cause in CAUSES:
        if isinstance(error, family) and text in ("", error.message.text):
            return cause
    return FAILED
