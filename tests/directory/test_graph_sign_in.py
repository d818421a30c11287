"""Signing in to Microsoft Entra by msal: secrets and certificates, refusals with their remedy, tokens that are kept."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from provisioning.directory.base import Selected
from provisioning.directory.graph import Graph
from provisioning.directory.graph_settings import ADDRESSES
from provisioning.directory.graph_tokens import told_roles
from provisioning.errors import (
    CredentialsRejected,
    OutOfTime,
    ProvisioningError,
    ServerError,
    SettingsInvalid,
    TooManyRequests,
    UnexpectedAnswer,
    Unreachable,
)
from provisioning.wire.session import new_session
from tests.directory.conftest import Pair
from tests.directory.fake_graph import CLIENT, SECRET, FakeGraph, refused

# --- the ways in


def test_a_secret_signs_in_whatever_the_environment_trusts(graph: FakeGraph) -> None:
    graph.source().read()

    (form,) = graph.forms
    assert (form["grant_type"], form["client_id"], form["client_secret"]) == ("client_credentials", CLIENT, SECRET)
    assert {token for _, url, token in graph.asked if url.startswith("/v1.0")} == set(graph.tokens)


@pytest.mark.parametrize("spoilt", ["", "joined", "blank", "surrounded"])
def test_a_certificate_signs_in_also_when_a_form_took_its_line_breaks(
    graph: FakeGraph, pair: Pair, spoilt: str
) -> None:
    graph.certificate = x509.load_pem_x509_certificate(pair.certificate.encode())
    key, certificate = (
        {
            "": text,
            "joined": text.replace("\n", ""),
            "blank": text.replace("\n", " "),
            "surrounded": f"Bag Attributes\n  friendlyName: portal\n{text}",
        }[spoilt]
        for text in (pair.key, pair.certificate)
    )

    graph.source(sign_in="client_certificate", private_key=key, certificate=certificate, client_secret="").read()

    (form,) = graph.forms
    assert "client_secret" not in form


def test_another_certificate_than_the_one_uploaded_is_told(graph: FakeGraph, pair: Pair, other_pair: Pair) -> None:
    graph.certificate = x509.load_pem_x509_certificate(other_pair.certificate.encode())
    source = graph.source(sign_in="client_certificate", private_key=pair.key, certificate=pair.certificate)

    with pytest.raises(CredentialsRejected, match="Upload this very certificate") as raised:
        source.read()
    assert not any(pair.key.splitlines()[1] in str(each) for each in raised.value.exchanges)


def test_a_key_of_another_certificate_is_told_before_anything_is_sent(pair: Pair, other_pair: Pair) -> None:
    with pytest.raises(SettingsInvalid, match="does not belong"):
        made(sign_in="client_certificate", private_key=pair.key, certificate=other_pair.certificate)


def test_a_key_with_a_password_or_no_key_is_told(pair: Pair) -> None:
    key = load_pem_private_key(pair.key.encode(), None)
    shut = [
        key.private_bytes(Encoding.PEM, form, BestAvailableEncryption(b"geheim")).decode()
        for form in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL)
    ]
    for text in (*shut, "nonsense", pair.certificate):
        with pytest.raises(SettingsInvalid, match="private key can't be read"):
            made(sign_in="client_certificate", private_key=text, certificate=pair.certificate)


def test_a_certificate_that_is_none_is_told(pair: Pair) -> None:
    for text in ("nonsense", pair.key):
        with pytest.raises(SettingsInvalid, match="certificate can't be read"):
            made(sign_in="client_certificate", private_key=pair.key, certificate=text)


# --- settings


def made(**settings: str) -> Graph:
    given = {"tenant": "contoso.example", "client_id": CLIENT, "client_secret": SECRET, **settings}
    return Graph(given, new_session(timeout=1), selected=Selected())


@pytest.mark.parametrize("cloud", ADDRESSES)
def test_each_cloud_has_its_addresses(cloud: str) -> None:
    assert made(cloud=cloud).base_url == f"{ADDRESSES[cloud].graph}/v1.0"


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"tenant": ""}, "Tenant ID is missing"),
        ({"client_id": " "}, r"Application \(client\) ID is missing"),
        ({"client_secret": ""}, "Client secret is missing"),
        ({"sign_in": "client_certificate"}, "Private key is missing"),
        ({"tenant": "common"}, "no tenant ID"),
        ({"tenant": "a/b"}, "no tenant ID"),
        ({"tenant": "contoso.example?x"}, "no tenant ID"),
        ({"cloud": "moon"}, "no cloud moon"),
        ({"cloud": "custom"}, "Sign-in address is missing"),
        ({"cloud": "custom", "authority_url": "https://a.example"}, "Graph address is missing"),
        ({"cloud": "custom", "authority_url": "http://a.example", "graph_url": "https://a.example"}, "https"),
        ({"cloud": "custom", "authority_url": "https://a.example/x", "graph_url": "https://a.example"}, "no path"),
        ({"authorities": "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----"}, "trusted certificates"),
    ],
)
def test_a_setting_that_can_not_be_used_is_told_at_once(settings: dict[str, str], text: str) -> None:
    with pytest.raises(SettingsInvalid, match=text):
        made(**settings)


@pytest.mark.parametrize("end", ["", "/", "/v1.0", "/v1.0/"])
def test_the_graph_address_may_be_written_in_several_ways(graph: FakeGraph, end: str) -> None:
    graph.source(graph_url=f"{graph.url}{end}").read()


# --- certificates of an authority of one's own


def test_the_authority_may_be_named_by_a_file(graph: FakeGraph) -> None:
    graph.source(authorities=str(graph.authority.certificate)).read()


def test_nothing_else_is_trusted_beside_it(graph: FakeGraph, pair: Pair) -> None:
    for authorities in ("", pair.certificate):
        with pytest.raises(Unreachable, match="No secure connection"):
            graph.source(authorities=authorities).read()


def test_a_file_of_authorities_that_is_not_there_is_told(graph: FakeGraph) -> None:
    with pytest.raises(SettingsInvalid, match="trusted certificates"):
        graph.source(authorities="/nowhere/ca.pem").read()


# --- refusals

TOKEN = "oauth2/v2.0/token"
DISCOVERY = "openid-configuration"


@pytest.mark.parametrize(
    ("code", "status", "family", "remedy"),
    [
        (7000215, 401, CredentialsRejected, "The client secret is wrong. Enter the value of the secret, not its ID"),
        (7000222, 401, CredentialsRejected, "The client secret has expired. Make a new one"),
        (700016, 400, SettingsInvalid, "no application with this client ID"),
        (90002, 400, SettingsInvalid, "no such tenant in this cloud"),
        (900023, 400, SettingsInvalid, "no such tenant in this cloud"),
        (50059, 400, SettingsInvalid, "was told no tenant"),
        (700027, 401, CredentialsRejected, "The certificate is not accepted"),
        (700024, 401, CredentialsRejected, "Set the clock"),
        (7000112, 400, SettingsInvalid, "The application is disabled"),
        (7000229, 400, SettingsInvalid, "grant admin consent"),
        (500011, 400, SettingsInvalid, "Check the cloud"),
        (900382, 400, SettingsInvalid, "another cloud"),
        (53003, 400, CredentialsRejected, "Conditional Access"),
        (1, 400, CredentialsRejected, "does not accept the sign-in"),
    ],
)
def test_a_refusal_is_told_with_its_remedy_and_without_ids_for_support(
    graph: FakeGraph, code: int, status: int, family: type[ProvisioningError], remedy: str
) -> None:
    graph.fault(TOKEN, *refused(code, "Entra's own words.", status=status)[:2])

    with pytest.raises(family, match=remedy) as raised:
        graph.source().read()

    assert f"AADSTS{code}: Entra's own words." in str(raised.value)
    assert "Trace ID" not in str(raised.value)
    assert SECRET not in str(raised.value.exchanges)
    assert len(graph.asked_for(TOKEN)) == 1


def test_a_wrong_secret_a_wrong_client_and_a_wrong_tenant_are_told_apart(graph: FakeGraph) -> None:
    for settings, text in (
        ({"client_secret": "wrong"}, "client secret is wrong"),
        ({"client_id": "wrong"}, "no application with this client ID"),
        ({"tenant": "fabrikam.example"}, "no such tenant"),
    ):
        with pytest.raises((CredentialsRejected, SettingsInvalid), match=text):
            graph.source(**settings).read()


@pytest.mark.parametrize("pattern", [TOKEN, DISCOVERY])
@pytest.mark.parametrize(
    ("status", "body", "family"),
    [
        (429, {"error": "temporarily_unavailable"}, TooManyRequests),
        (503, b"", ServerError),
        (200, b"<html>", UnexpectedAnswer),
        (200, {}, UnexpectedAnswer),
        (200, [], UnexpectedAnswer),
        (404, b"<html>", UnexpectedAnswer),
        (302, {}, UnexpectedAnswer),
    ],
)
def test_trouble_at_the_sign_in_address_is_tried_later_and_not_kept(
    graph: FakeGraph, pattern: str, status: int, body: object, family: type[ProvisioningError]
) -> None:
    graph.fault(pattern, status, body, Retry_After="2.5", Location="https://elsewhere.example/")
    source = graph.source()

    with pytest.raises(family) as raised:
        source.read()
    assert getattr(raised.value, "retry_after", None) == (2.5 if status in (429, 503) else None)

    source.read()


def test_too_little_time_to_sign_in_is_no_failure_of_the_service(graph: FakeGraph) -> None:
    def leave() -> None:
        raise OutOfTime

    source = graph.source()
    graph.sessions[-1].before_send = leave

    with pytest.raises(OutOfTime):
        source.read()
    assert graph.asked == []


def test_a_mistake_of_our_own_is_not_taken_for_an_answer(graph: FakeGraph) -> None:
    def mistaken() -> None:
        raise RuntimeError("HTTP inside a database transaction")

    source = graph.source()
    graph.sessions[-1].before_send = mistaken

    with pytest.raises(RuntimeError, match="inside a database transaction"):
        source.read()


# --- tokens that are kept


def test_a_token_is_kept_for_everybody_in_this_process(graph: FakeGraph) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: graph.source().read(), range(16)))

    assert len(graph.asked_for(TOKEN)) == 1
    assert len(graph.asked_for(DISCOVERY)) == 1


def test_another_secret_is_another_sign_in(graph: FakeGraph) -> None:
    graph.source().read()

    with pytest.raises(CredentialsRejected):
        graph.source(client_secret="wrong").read()


def test_a_token_about_to_end_is_replaced_before(graph: FakeGraph) -> None:
    graph.expires_in = 1
    source = graph.source()
    source.read()
    time.sleep(0.6)

    source.read()

    assert len(graph.forms) == 2


def test_a_kept_token_that_serves_bridges_trouble_with_renewing_it_early(graph: FakeGraph) -> None:
    graph.source().read()
    graph.fault(TOKEN, 503, b"")

    graph.source().read()

    assert len(graph.forms) == 1


def test_roles_are_read_from_what_looks_like_a_token_only() -> None:
    assert told_roles("e30.eyJyb2xlcyI6IFsiYiIsICJhIl19.x") == ("a", "b")
    assert told_roles("e30.e30.x") == ()
    for text in ("", "opaque", "a.b.c", "e30.W10.x", "e30.bnVsbA.x", "e30.eyJyb2xlcyI6IDd9.x"):
        assert told_roles(text) is None


def test_a_file_of_authorities_is_not_read_as_pem(tmp_path: Path) -> None:
    assert made(authorities=str(tmp_path / "ca.pem")).session.verify == str(tmp_path / "ca.pem")
