"""HTTP as the portal does it, and the one place that knows the errors of requests."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any, cast
from urllib.parse import urlsplit

import certifi
import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import InvalidHeader, InvalidSchema, InvalidURL, MissingSchema
from requests.structures import CaseInsensitiveDict
from urllib3 import Timeout
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
)
from urllib3.util.ssl_ import create_urllib3_context

from provisioning.errors import ProvisioningError, RequestTimeout, SettingsInvalid, UnexpectedAnswer, Unreachable
from provisioning.texts import Message, gettext_noop, say
from provisioning.wire.addresses import AddressRules, guarded_pools

CONNECT_SECONDS = 10
HOSTS = 4
"""Pools kept at once: the API, the token service, and room for a move of either."""

UNKNOWN_NAME = gettext_noop("The name %(host)s is not known to the network: %(detail)s")
NO_CONNECTION = gettext_noop("%(host)s accepts no connection: %(detail)s")
CONNECT_TOO_SLOW = gettext_noop("%(host)s did not accept the connection in time.")
TLS_REFUSED = gettext_noop("No secure connection to %(host)s: %(detail)s")
BROKEN_OFF = gettext_noop("%(host)s broke the connection off before its answer was complete: %(detail)s")
TOO_SLOW = gettext_noop("%(host)s did not answer completely within %(seconds)s seconds.")
UNREADABLE = gettext_noop("The answer of %(host)s can't be unpacked: %(detail)s")
BAD_ADDRESS = gettext_noop("%(url)s is not an address that can be used: %(detail)s")
BAD_HEADER = gettext_noop("A value for %(host)s holds characters that can't be sent.")
TOO_LARGE = gettext_noop("The answer of %(host)s is larger than %(megabytes)s MB.")
WITH_PASSWORD = gettext_noop("The address of %(host)s must not hold a user name or password.")
NO_AUTHORITIES = gettext_noop("The trusted certificates can't be read as PEM: %(detail)s")
NO_CERTIFICATES = gettext_noop("The file of trusted certificates can't be used: %(detail)s")


class Session(requests.Session):
    """A requests session that keeps the portal's rules and raises the portal's errors.

    Nothing is read from the environment: no proxy, no .netrc, and not REQUESTS_CA_BUNDLE, which would win over
    `verify`. Certificates are checked against certifi's, or the file that the caller puts into `verify`.
    A redirect is an answer like any other and is never followed. Cookies are not kept.
    A request with its answer takes at most `timeout` seconds (looking up the name not counted).
    """

    timeout: float
    max_bytes: int
    before_send: Callable[[], None] | None

    def trust(self, authorities: str) -> None:
        """Take these certificate authorities, in PEM, and no others. Raises SettingsInvalid."""
        context = create_urllib3_context()  # as for everybody else: the name of the host counts, and no common name
        try:
            context.load_verify_locations(cadata=authorities)
        except (ssl.SSLError, ValueError) as error:
            raise SettingsInvalid(say(NO_AUTHORITIES, detail=_innermost(error))) from error
        self.verify = True
        for adapter in self.adapters.values():
            cast(_GuardedAdapter, adapter).trust(context)

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """Without what this session does not have: cookies, parameters and hooks of its own, and a .netrc."""
        prepared, headers = requests.PreparedRequest(), CaseInsensitiveDict(self.headers)
        headers.update(request.headers or {})
        with _translated(str(request.url), self.timeout):
            prepared.prepare_method(request.method)
            if request.params:
                prepared.prepare_url(str(request.url), request.params)
            else:
                prepared.url = _address(str(request.url))
            prepared.prepare_headers(headers)
            prepared.prepare_body(request.data, request.files, request.json)
            if request.auth:
                prepared.prepare_auth(request.auth)
        return prepared

    def merge_environment_settings(self, *_: Any) -> Any:
        """Nothing comes from the environment, so there is nothing to merge."""
        return {"verify": self.verify, "cert": self.cert, "proxies": {}, "stream": True}

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        url = request.url or ""
        if "@" in url and "@" in urlsplit(url).netloc:
            raise SettingsInvalid(say(WITH_PASSWORD, host=_host(url)))
        if self.before_send:
            self.before_send()
        timeout = min(kwargs.get("timeout") or self.timeout, self.timeout)
        how: dict[str, Any] = {"stream": True, "verify": self.verify, "cert": self.cert, "proxies": {}}
        how["timeout"] = Timeout(total=timeout, connect=min(CONNECT_SECONDS, timeout))
        with _translated(url, timeout):  # the adapter at once: redirects, cookies and hooks are what requests adds
            response = self.get_adapter(url).send(request, **how)
            _read(response, self.max_bytes)
        return response


def new_session(
    *,
    timeout: float,
    connections: int = 16,
    before_send: Callable[[], None] | None = None,
    allow_private: bool = False,
    max_bytes: int = 10 * 1024 * 1024,
) -> Session:
    """A session for one job or one test, shared by its threads.

    timeout: seconds for a whole request. connections: kept open per host.
    before_send: called before every request; what it raises keeps the request from being sent.
    allow_private: this machine (there http is allowed too) and private networks may be reached.
    max_bytes: a larger answer is UnexpectedAnswer; counted after unpacking.
    """
    session = Session()
    session.timeout, session.max_bytes, session.before_send = timeout, max_bytes, before_send
    session.trust_env = False
    session.verify = certifi.where()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = "Provisioning-Portal"
    adapter = _GuardedAdapter(pool_connections=HOSTS, pool_maxsize=connections)
    adapter.poolmanager.pool_classes_by_scheme = guarded_pools(AddressRules(allow_private))
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


class _GuardedAdapter(HTTPAdapter):
    """requests' own, with room for pool classes that keep the rules on addresses."""

    poolmanager: Any
    _last: tuple[Any, Any] = (None, None)
    _context: ssl.SSLContext | None = None

    def get_connection_with_tls_context(self, request: Any, verify: Any, proxies: Any = None, cert: Any = None) -> Any:
        """The pool for the request's host. One host gets nearly all requests: its pool is not worked out anew."""
        key, (last, pool) = (request.url.split("/", 3)[:3], verify, cert), self._last
        if proxies or key != last:
            pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
            self._last = key, pool
        return pool

    def request_url(self, request: Any, proxies: Any) -> Any:
        """There is no proxy to ask about."""
        return request.path_url

    def trust(self, context: ssl.SSLContext) -> None:
        """Secure connections are made with this context, and with no file of authorities."""
        self.close()
        self.poolmanager.connection_pool_kw["ssl_context"] = self._context = context

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """A context of one's own says what is trusted; requests would put its own authorities beside."""
        if self._context is None:
            usual: Any = super()
            usual.cert_verify(conn, url, verify, cert)

    def close(self) -> None:
        self._last = None, None
        super().close()


def _read(response: requests.Response, limit: int) -> None:
    """Take the body in while its time and size allow, so that nobody later reads it without them."""
    body = response.raw.read(limit + 1, decode_content=True)
    if len(body) > limit:
        response.close()
        raise UnexpectedAnswer(say(TOO_LARGE, host=_host(response.url), megabytes=round(limit / 2**20, 1)))
    response._content = body  # requests would read it in small pieces, and gives no public way to put it in


@lru_cache(maxsize=16)
def _address(url: str) -> str | None:
    """As requests puts it; creating has the same one each time."""
    prepared = requests.PreparedRequest()
    prepared.prepare_url(url, None)
    return prepared.url


@contextmanager
def _translated(url: str, seconds: float) -> Iterator[None]:
    try:
        yield
    except (OSError, HTTPError, UnicodeError) as error:  # requests' errors are OSErrors
        raise _meaning(error, url, seconds) from error


def _meaning(error: Exception, url: str, seconds: float) -> ProvisioningError:
    values = {"host": _host(url), "detail": _innermost(error), "url": url, "seconds": round(seconds, 1)}
    if isinstance(error, OSError) and not isinstance(error, (requests.RequestException, ConnectionError, TimeoutError)):
        return SettingsInvalid(_said(NO_CERTIFICATES, values))  # requests raises it bare when `verify` names no file
    meanings = (
        (family, text) for cause in _causes(error) for kinds, family, text in MEANINGS if isinstance(cause, kinds)
    )
    family, text = next(meanings, (Unreachable, NO_CONNECTION))
    return family(_said(text, values))


Meaning = tuple[tuple[type[BaseException], ...], type[ProvisioningError], str]
MEANINGS: tuple[Meaning, ...] = (
    ((InvalidURL, InvalidSchema, MissingSchema), SettingsInvalid, BAD_ADDRESS),
    ((InvalidHeader, UnicodeError), SettingsInvalid, BAD_HEADER),
    ((NameResolutionError,), Unreachable, UNKNOWN_NAME),
    ((NewConnectionError,), Unreachable, NO_CONNECTION),  # refused, no route; urllib3 derives it from the next one
    ((ConnectTimeoutError,), Unreachable, CONNECT_TOO_SLOW),
    ((requests.exceptions.SSLError,), Unreachable, TLS_REFUSED),
    ((ReadTimeoutError, TimeoutError), RequestTimeout, TOO_SLOW),
    ((DecodeError,), UnexpectedAnswer, UNREADABLE),
    ((ProtocolError, ConnectionError), Unreachable, BROKEN_OFF),
)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it wraps: requests and urllib3 put the reason into `args` or `reason`."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        cause = waiting.pop(0)
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inside = [*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__]
        waiting += [each for each in inside if isinstance(each, BaseException)]


def _innermost(error: BaseException) -> str:
    """The plainest words there are: those of the error that began it."""
    *_, first = _causes(error)
    return getattr(first, "strerror", None) or str(first) or type(first).__name__


def _host(url: str | None) -> str:
    try:
        return urlsplit(url or "").hostname or str(url)
    except ValueError:
        return str(url)


def _said(text: str, values: dict[str, Any]) -> Message:
    return say(text, **{name: value for name, value in values.items() if f"%({name})" in text})
