"""Directory source: the form, Test Connection, saving what must pass a test first, against a fake Graph over HTTPS."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from portal.accounts.models import AuditEntry
from provisioning.models import Directory, ProvisioningJob
from tests.directory.fake_graph import FakeGraph, running_graph
from tests.directory.tenant import HOME
from tests.factories import make_application, make_directory, make_user
from tests.html_forms import fields_of
from tests.views.reading import toasts, words
from tests.wire.servers import local_authority

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HX-Request": "true"}
URL = "/directory/"
Post = Callable[..., HttpResponse]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeGraph]:
    with running_graph(local_authority(tmp_path_factory.mktemp("authority"))) as graph:
        yield graph


@pytest.fixture
def graph(running: FakeGraph, settings: Settings) -> FakeGraph:
    settings.PORTAL_ALLOW_PRIVATE = True
    running.faults.clear()
    return running


@pytest.fixture
def post(signed_in: Client) -> Post:
    """Open the page, edit it, and press Save, or Test Connection with `page="test/"`."""

    def send(page: str = "", headers: dict[str, str] | None = None, **edits: Any) -> HttpResponse:
        data = fields_of(signed_in.get(URL).content.decode(), "edit", **edits)
        return signed_in.post(URL + page, data, headers=headers or {})

    return send


def entered(graph: FakeGraph, **others: str) -> dict[str, str]:
    """The form's fields for a good connection."""
    values = {f"credentials_{name}": value for name, value in graph.settings.items()}
    return {"source": "graph", **values, **others}


def stored() -> Directory:
    return Directory.objects.get()


def test_people_are_edited_here_until_somebody_chooses_a_source(signed_in: Client) -> None:
    text = words(signed_in.get(URL))

    assert "This portal: people and groups are edited here" in text
    assert "Azure" in text
    assert "Nothing was imported yet." in text


def test_name_tenant_and_domain_are_saved_with_an_audit_entry(post: Post) -> None:
    answer = post(label="Contoso AD", tenant_name="Contoso Ltd", default_domain="Contoso.Example")

    assert answer.status_code == 303
    directory = stored()
    assert (directory.label, directory.tenant_name, directory.default_domain) == (
        "Contoso AD",
        "Contoso Ltd",
        "contoso.example",
    )
    entry = AuditEntry.objects.get()
    assert entry.activity == "Save directory settings"
    assert entry.new == {"Name": "Contoso AD", "Tenant name": "Contoso Ltd", "Default domain": "contoso.example"}


def test_a_domain_that_is_none_is_refused(post: Post) -> None:
    answer = post(default_domain="no domain")

    assert answer.status_code == 422
    assert "Enter a domain such as contoso.example." in words(answer)
    assert stored().default_domain == ""


def test_saving_nothing_new_says_so(post: Post) -> None:
    assert "Nothing to save" in toasts(post())[0]
    assert not AuditEntry.objects.exists()


def test_a_good_connection_is_told_with_the_tenant(post: Post, graph: FakeGraph) -> None:
    answer = post("test/", HTMX, **entered(graph))

    text = words(answer)
    assert answer.status_code == 200
    assert "The portal may read" in text
    assert str(HOME) in text
    assert "<form" not in answer.content.decode()
    assert stored().is_own


def test_a_missing_permission_is_named(post: Post, graph: FakeGraph) -> None:
    graph.fault("/users", 403, {"error": {"code": "Authorization_RequestDenied", "message": "Insufficient"}}, times=5)

    text = words(post("test/", HTMX, **entered(graph)))

    assert "A permission is missing" in text
    assert "User.Read.All" in text


def test_a_wrong_secret_is_told_in_azure_s_words(post: Post, graph: FakeGraph) -> None:
    text = words(post("test/", **entered(graph, credentials_client_secret="wrong")))

    assert "You appear to have entered invalid credentials." in text
    assert "wrong" not in text.split()


def test_new_settings_are_tested_and_then_locked(post: Post, graph: FakeGraph) -> None:
    answer = post(**entered(graph))

    directory = stored()
    assert answer.status_code == 303
    assert directory.source == "graph"
    kept = {name: value.strip() for name, value in directory.unlock().items() if value}
    assert kept == {name: value.strip() for name, value in graph.settings.items()} | {"sign_in": "client_secret"}
    assert str(directory.tenant_id) == str(HOME)
    assert directory.tested_at is not None
    entry = AuditEntry.objects.get()
    assert entry.new["Client secret"] == "[hidden]"
    assert graph.settings["client_secret"] not in str(entry.new)


def test_settings_that_fail_their_test_are_not_saved(post: Post, graph: FakeGraph) -> None:
    answer = post(**entered(graph, credentials_client_secret="wrong"))

    assert answer.status_code == 422
    assert "The connection test failed" in words(answer)
    assert stored().is_own


def test_a_saved_secret_is_never_shown_and_kept_when_it_is_left_empty(post: Post, graph: FakeGraph) -> None:
    post(**entered(graph))

    answer = post("", label="Renamed", credentials_client_secret="")

    assert answer.status_code == 303
    assert (stored().label, stored().unlock()["client_secret"]) == ("Renamed", graph.settings["client_secret"])
    assert graph.settings["client_secret"] not in post("test/").content.decode()


def test_a_saved_secret_is_not_sent_to_another_address(post: Post, graph: FakeGraph) -> None:
    post(**entered(graph))

    answer = post(credentials_authority_url="https://evil.example", credentials_client_secret="")

    assert answer.status_code == 422
    assert "a saved secret is not sent to another one" in words(answer)


def test_a_full_directory_keeps_its_source(post: Post, signed_in: Client) -> None:
    make_user()

    answer = post(source="graph")

    assert answer.status_code in (303, 422)
    assert stored().is_own
    assert "Only an empty directory can get another source." in words(signed_in.get(URL))


def test_who_saves_over_somebody_else_s_change_is_asked(post: Post, signed_in: Client) -> None:
    data = fields_of(signed_in.get(URL).content.decode(), "edit", label="Mine")
    make_directory(label="Theirs", source_version=1, saved_by="bob")

    answer = signed_in.post(URL, data)

    assert answer.status_code == 409
    assert "Theirs" in words(answer)
    assert stored().label == "Theirs"


def test_another_domain_lets_jobs_whose_mappings_use_it_look_at_everybody(post: Post) -> None:
    application = make_application()
    other = make_application()
    row = application.job.mappings.get(object_type="User").rows.all()[0]
    row.type, row.source = "Function", 'Join("@", [mailNickname], DefaultDomain())'
    row.save()
    ProvisioningJob.objects.update(watermark=5)

    post(default_domain="contoso.example")

    assert ProvisioningJob.objects.get(application=application).watermark is None
    assert ProvisioningJob.objects.get(application=other).watermark == 5


def test_settings_that_can_not_be_read_are_asked_for_again(signed_in: Client) -> None:
    make_directory(source="graph", locked="unknown:text")

    assert "The saved settings can't be read" in words(signed_in.get(URL))
