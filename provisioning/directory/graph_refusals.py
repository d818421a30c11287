"""What Microsoft Entra means when it refuses a sign-in: its AADSTS codes as a cause and what to do."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from provisioning.errors import CredentialsRejected, ProvisioningError, SettingsInvalid
from provisioning.texts import gettext_noop

WRONG_SECRET = gettext_noop(
    "The client secret is wrong. Enter the value of the secret, not its ID, which is shown only when it is made: "
    "%(detail)s"
)
OLD_SECRET = gettext_noop(
    "The client secret has expired. Make a new one in the app registration, under Certificates & secrets, and enter "
    "its value: %(detail)s"
)
UNKNOWN_APPLICATION = gettext_noop(
    "The tenant has no application with this client ID. Compare it with the Application (client) ID of the app "
    "registration, and check the tenant: %(detail)s"
)
UNKNOWN_TENANT = gettext_noop(
    "There is no such tenant in this cloud. Compare the tenant ID with the one on the tenant's overview page, and "
    "check the cloud: %(detail)s"
)
NO_TENANT = gettext_noop("The sign-in address was told no tenant. Enter the tenant ID: %(detail)s")
WRONG_CERTIFICATE = gettext_noop(
    "The certificate is not accepted. Upload this very certificate to the app registration, under Certificates & "
    "secrets, and check that it has not expired: %(detail)s"
)
WRONG_TIME = gettext_noop(
    "The signed request was too old or too new when it arrived. Set the clock of the portal's machine: %(detail)s"
)
NO_CREDENTIAL = gettext_noop("The app registration asks for a secret or a certificate: %(detail)s")
SWITCHED_OFF = gettext_noop("The application is disabled in the tenant. Let users sign in to it again: %(detail)s")
NO_PRINCIPAL = gettext_noop(
    "The application is registered, but not present in this tenant. Have an administrator of the tenant grant admin "
    "consent: %(detail)s"
)
NO_GRAPH = gettext_noop("The tenant does not know this Graph address. Check the cloud: %(detail)s")
WRONG_CLOUD = gettext_noop("The tenant lives in another cloud. Choose that cloud: %(detail)s")
BLOCKED = gettext_noop(
    "A Conditional Access policy of the tenant blocks this sign-in. Have the portal's address allowed: %(detail)s"
)
OTHER = gettext_noop("%(app)s does not accept the sign-in: %(detail)s (%(method)s %(path)s: %(status)s)")

MEANINGS: Mapping[int, tuple[type[ProvisioningError], str]] = MappingProxyType(
    {
        7000215: (CredentialsRejected, WRONG_SECRET),
        7000222: (CredentialsRejected, OLD_SECRET),
        7000216: (CredentialsRejected, NO_CREDENTIAL),
        7000218: (CredentialsRejected, NO_CREDENTIAL),
        700027: (CredentialsRejected, WRONG_CERTIFICATE),
        700030: (CredentialsRejected, WRONG_CERTIFICATE),
        700024: (CredentialsRejected, WRONG_TIME),
        700016: (SettingsInvalid, UNKNOWN_APPLICATION),
        700038: (SettingsInvalid, UNKNOWN_APPLICATION),
        90002: (SettingsInvalid, UNKNOWN_TENANT),
        900021: (SettingsInvalid, UNKNOWN_TENANT),
        900023: (SettingsInvalid, UNKNOWN_TENANT),
        50059: (SettingsInvalid, NO_TENANT),
        7000112: (SettingsInvalid, SWITCHED_OFF),
        7000229: (SettingsInvalid, NO_PRINCIPAL),
        500011: (SettingsInvalid, NO_GRAPH),
        1002012: (SettingsInvalid, NO_GRAPH),
        900382: (SettingsInvalid, WRONG_CLOUD),
        900384: (SettingsInvalid, WRONG_CLOUD),
        53003: (CredentialsRejected, BLOCKED),
    }
)
_CODE = re.compile(r"AADSTS(\d+)")
_TRACE = re.compile(r"\s*(?:Trace ID|Correlation ID|Timestamp):.*", re.DOTALL)


def meaning(data: Any) -> tuple[type[ProvisioningError], str]:
    """The family and the text of a refusal by its code; that of a rejected sign-in when no code is known."""
    found = _CODE.search(words(data))
    return MEANINGS.get(int(found[1]) if found else 0, (CredentialsRejected, OTHER))


def words(data: Any) -> str:
    """What Entra or Graph says in words, without the ids for its support; empty when it says nothing."""
    if not isinstance(data, dict):
        return ""
    error = data.get("error")
    if isinstance(error, dict):
        return ": ".join(str(error[each]) for each in ("code", "message") if error.get(each))
    return _TRACE.sub("", str(data.get("error_description") or error or ""))
