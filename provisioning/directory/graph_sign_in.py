"""Signing in to Microsoft Graph: the settings, checked, and what refusals mean."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from provisioning.directory import graph_refusals
from provisioning.directory.graph_settings import ADDRESSES, CERTIFICATE, CUSTOM, SETTINGS, Cloud
from provisioning.directory.graph_tokens import Registration, application, told_roles
from provisioning.errors import ProvisioningError, SettingsInvalid
from provisioning.texts import gettext_noop, say
from provisioning.wire.client import Answer, JsonClient, Token
from provisioning.wire.session import Session
from provisioning.wire.settings import SIGN_IN

EMPTY = gettext_noop("%(setting)s is missing.")
NO_TENANT = gettext_noop("%(tenant)s is no tenant ID and no domain of a tenant.")
NO_CLOUD = gettext_noop("There is no cloud %(cloud)s.")
NO_ORIGIN = gettext_noop("The sign-in address must begin with https:// and have no path: %(url)s")
NO_KEY = gettext_noop("The private key can't be read. It must be PEM, without a password: %(detail)s")
NO_CERTIFICATE = gettext_noop("The certificate can't be read. It must be PEM: %(detail)s")
NO_PAIR = gettext_noop("The private key does not belong to the certificate.")

_TENANT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_SHARED = frozenset({"common", "organizations", "consumers"})
"""Stand for any tenant; an application on its own signs in to one."""
_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)


class GraphSignIn(JsonClient):
    """A client of Microsoft Graph that gets its tokens by msal, through its own session."""

    label = "Azure Active Directory"
    settings = SETTINGS

    def __init__(self, credentials: Mapping[str, str], session: Session) -> None:
        super().__init__(credentials, session)
        cloud = self._cloud()
        self._trust(session)
        self._base_url = cloud.graph.rstrip("/").removesuffix("/v1.0") + "/v1.0"
        self._application = application(
            Registration(
                authority=f"{cloud.authority}/{self._tenant()}",
                client_id=self.needed("client_id"),
                credential=self._credential(),
                scope=f"{_origin(cloud.graph)}/.default",
                trusted=self.setting("authorities"),
            )
        )
        self._token_text = ""
        self._token_is_new = False

    @property
    def base_url(self) -> str:
        return self._base_url

    def needed(self, name: str) -> str:
        """The value of a setting that must have one. Raises SettingsInvalid."""
        value = self.setting(name)
        if not value.strip():
            raise SettingsInvalid(say(EMPTY, setting=self._settings[name].label))
        return value

    def sign_in(self) -> Token:
        found = self._application.token(self._send_sign_in, refused=self._token_text)
        self._token_text, self._token_is_new = found.text, found.is_new
        return Token.lasting(found.text, found.seconds)

    def sign_in_anew(self) -> None:
        """With the credentials themselves, not with a token that was kept: they may have been withdrawn."""
        self._application.forget()
        self.forget_sign_in()
        self.be_signed_in()

    @property
    def roles(self) -> tuple[str, ...] | None:
        """The permissions that the token names; None when it can't be read."""
        return told_roles(self._token_text)

    def is_token_spent(self, answer: Answer) -> bool:
        """A kept token also lacks the permissions that were granted since it was made."""
        return answer.status == 401 or (answer.status == 403 and not self._token_is_new)

    def detail(self, answer: Answer) -> str:
        return graph_refusals.words(answer.data) or super().detail(answer)

    # --- inside

    def _send_sign_in(self, request: requests.Request) -> Answer:
        answer = self.exchange(request)
        if not answer.ok:
            raise self._refusal(answer)
        return answer

    def _refusal(self, answer: Answer) -> ProvisioningError:
        if answer.is_json and 400 <= answer.status < 500 and answer.status not in (408, 429):
            family, text = graph_refusals.meaning(answer.data)
            return self.error(family, answer, text)
        return self.failure(answer)

    def _cloud(self) -> Cloud:
        chosen = self.setting("cloud")
        if chosen == CUSTOM:
            authority = self.needed("authority_url").rstrip("/")
            if _origin(authority) != authority or not authority.startswith("https://"):
                raise SettingsInvalid(say(NO_ORIGIN, url=authority))
            return Cloud(authority, self.needed("graph_url"))
        if chosen not in ADDRESSES:
            raise SettingsInvalid(say(NO_CLOUD, cloud=chosen))
        return ADDRESSES[chosen]

    def _tenant(self) -> str:
        tenant = self.needed("tenant")
        if not _TENANT.fullmatch(tenant) or tenant.lower() in _SHARED:
            raise SettingsInvalid(say(NO_TENANT, tenant=tenant))
        return tenant

    def _credential(self) -> tuple[str, ...]:
        if self.setting(SIGN_IN) != CERTIFICATE:
            return (self.needed("client_secret"),)
        return read_pair(self.needed("private_key"), self.needed("certificate"))

    def _trust(self, session: Session) -> None:
        authorities = self.setting("authorities")
        if "-----BEGIN" in authorities:
            session.trust(_unfolded(authorities))
        elif authorities:
            session.verify = authorities


def read_pair(key: str, certificate: str) -> tuple[str, str]:
    """Private key and certificate in PEM, read once, so that a mistake is told before it travels."""
    key, certificate = _unfolded(key), _unfolded(certificate)
    try:
        private = load_pem_private_key(key.encode(), password=None)
    except (TypeError, ValueError) as error:  # TypeError: it has a password
        raise SettingsInvalid(say(NO_KEY, detail=str(error))) from error
    try:
        public = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    except ValueError as error:
        raise SettingsInvalid(say(NO_CERTIFICATE, detail=str(error))) from error
    as_bytes = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if private.public_key().public_bytes(*as_bytes) != public.public_bytes(*as_bytes):
        raise SettingsInvalid(say(NO_PAIR))
    return key, certificate


def _unfolded(pem: str) -> str:
    """PEM as it should be, also when its line breaks were lost or became blanks on the way here."""
    blocks = _PEM.findall(pem)
    if any(":" in body for _kind, body in blocks):  # headers of an old, encrypted form; it is refused with its reason
        return pem
    return "".join(f"-----BEGIN {kind}-----\n{_lines(body)}\n-----END {kind}-----\n" for kind, body in blocks)


def _lines(body: str) -> str:
    text = "".join(body.split())
    return "\n".join(text[at : at + 64] for at in range(0, len(text), 64))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
