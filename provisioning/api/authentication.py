"""Who calls: access tokens are made and read here, and requests are counted per client."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from provisioning.api.errors import Throttled, TokenRefused
from provisioning.models import ApiClient, ApiCredential, Directory

LIFE = timedelta(seconds=3599)
WINDOW_SECONDS = 10
SALT = "provisioning.api.token"


def issue(credential: ApiCredential) -> str:
    """An access token: signed, and good while this credential is there and valid, for an hour at most."""
    return signing.dumps(str(credential.key_id), salt=SALT)


def client_of(authorization: str) -> ApiClient:
    """The client whose token this header carries. Raises TokenRefused."""
    scheme, _space, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenRefused(_("Access token is empty."))
    try:
        key: Any = signing.loads(token.strip(), salt=SALT, max_age=LIFE)
    except signing.SignatureExpired:
        raise TokenRefused(_("Lifetime validation failed, the token is expired.")) from None
    except signing.BadSignature:
        raise TokenRefused(_("Access token validation failure. Invalid signature.")) from None
    rows = ApiCredential.objects.select_related("client")
    found = rows.filter(key_id=key, expires_at__gt=timezone.now()).first()
    if found is None:
        raise TokenRefused(_("The credential behind this token has expired or was removed."))
    return found.client


def meter(client: ApiClient) -> None:
    """Count a request. Raises Throttled when the client has had its share of this stretch of time.

    One conditional update, so that it holds over any number of processes; a refused request writes nothing.
    """
    now = timezone.now()
    window = int(now.timestamp()) // WINDOW_SECONDS
    rows = ApiClient.objects.filter(pk=client.pk).exclude(window=window, spent__gte=settings.PORTAL_API_REQUESTS)
    spent = Case(When(window=window, then=F("spent") + 1), default=Value(1))
    if not rows.update(spent=spent, window=window, last_used_at=now):
        raise Throttled(_left(now))


def _left(now: datetime) -> int:
    """Whole seconds to the end of this stretch of time."""
    return WINDOW_SECONDS - int(now.timestamp()) % WINDOW_SECONDS


def is_ours(directory: Directory, tenant: str) -> bool:
    """Whether an address names this portal's tenant: by its id, or by any name."""
    return tenant.lower() == str(directory.tenant_id) or not _is_guid(tenant)


def _is_guid(text: str) -> bool:
    return len(text) == 36 and text.count("-") == 4
