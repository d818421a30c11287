"""The SCIM validator's pages: what may be tried, how a run goes on, what it found, and that no secret is on them."""

import json
import uuid
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from portal.accounts.models import Account, AuditEntry
from provisioning.choices import ValidatorStatus
from provisioning.connectors.scim_findings import Finding, Verdict
from provisioning.connectors.scim_trial import OTHERS_FOUND
from provisioning.jobs import validator
from provisioning.jobs.validator import Wanted
from provisioning.models import EnterpriseApplication, ValidatorRun
from provisioning.records import Exchange
from provisioning.texts import say
from tests.factories import make_account, make_application, make_job
from tests.views.reading import toasts, words

pytestmark = pytest.mark.django_db
URL, TOKEN = "https://scim.contoso.example/v2", "secret-token-1"
HTMX = {"HX-Request": "true"}
SAID = Exchange(method="GET", url=f"{URL}/Users", status=200, response='{"totalResults": 3}', milliseconds=4)
FAILURE = Finding(name="find user", verdict=Verdict.FAILS, text=say(OTHERS_FOUND), exchanges=(SAID,))
FINDINGS = [Finding(name="users", verdict=Verdict.WORKS, text=say("Fine.")), FAILURE]


def filled(**changes: str) -> dict[str, str]:
    fields = {"sign_in": "bearer", "tenant_url": URL, "token": TOKEN}
    return {**{f"credentials_{name}": value for name, value in fields.items()}, "extent": "read", **changes}


def begin(client: Client, query: str = "", **changes: str) -> HttpResponse:
    return client.post(f"/scim-validator/{query}", filled(**changes))


def a_run(by: Account, findings: list[Finding] = FINDINGS, **values: Any) -> ValidatorRun:
    wanted = Wanted(credentials={"sign_in": "bearer", "tenant_url": URL, "token": TOKEN}, writes=True)
    row, _ = validator.ask(wanted, by, timezone.now())
    done = {"status": ValidatorStatus.DONE, "began_at": timezone.now(), "ended_at": timezone.now(), "locked": ""}
    for name, value in {**done, "findings": [each.as_row() for each in findings], **values}.items():
        setattr(row, name, value)
    row.save()
    return row


def page_of(row: ValidatorRun, rest: str = "") -> str:
    return f"/scim-validator/{row.run_id}/{rest}"


@pytest.fixture
def fabrikam(db: None) -> EnterpriseApplication:
    """A SCIM application with saved credentials."""
    application = make_application("Fabrikam", "scim")
    make_job(application, {"sign_in": "bearer", "tenant_url": URL, "token": TOKEN})
    return application


def of(application: EnterpriseApplication) -> str:
    return f"?application={application.application_id}"


# --- asking
def test_reading_alone_needs_no_agreement(signed_in: Client, administrator: Account) -> None:
    answer = begin(signed_in, style="microsoft")

    row = ValidatorRun.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, page_of(row))
    assert (row.writes, row.style, row.url, row.unlock()["token"]) == (False, "microsoft", URL, TOKEN)
    assert row.queued_at is not None
    audited = AuditEntry.objects.get()
    assert (audited.activity, audited.target, audited.who) == ("Run SCIM validator", URL, administrator)


def test_writing_needs_the_tick(signed_in: Client) -> None:
    refused = begin(signed_in, extent="write")
    taken = begin(signed_in, extent="write", agreed="on")

    assert refused.status_code == 422
    assert "Tick this, or choose to read only." in words(refused)
    assert taken.status_code == 303
    assert ValidatorRun.objects.get().writes


def test_a_form_that_is_refused_does_not_send_the_secret_back(signed_in: Client) -> None:
    assert TOKEN not in begin(signed_in, extent="write").content.decode()


@pytest.mark.parametrize("address", ["", "nothing", "ftp://scim.contoso.example", "http://scim.contoso.example"])
def test_what_is_no_address_is_refused(signed_in: Client, settings: Settings, address: str) -> None:
    settings.PORTAL_ALLOW_PRIVATE = False

    assert begin(signed_in, credentials_tenant_url=address).status_code == 422
    assert not ValidatorRun.objects.exists()


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("basic", {"username": "ada", "password": "word-1"}),
        ("client_credentials", {"token_url": "https://id.contoso.example/t", "client_id": "c", "client_secret": "s-1"}),
    ],
)
def test_each_method_keeps_what_it_needs(signed_in: Client, method: str, given: dict[str, str]) -> None:
    fields = {f"credentials_{name}": value for name, value in given.items()}

    begin(signed_in, credentials_sign_in=method, **fields)

    kept = ValidatorRun.objects.get().unlock()
    assert {name: kept[name] for name in given} == given
    assert kept["token"] == ""


def test_a_second_start_shows_the_run_that_goes_on(signed_in: Client) -> None:
    first, second = begin(signed_in), begin(signed_in)

    assert first["Location"] == second["Location"]
    [told] = toasts(signed_in.get(second["Location"]))
    assert "One run at a time" in told


def test_a_token_in_the_address_is_not_shown(signed_in: Client) -> None:
    begin(signed_in, credentials_tenant_url=f"{URL}?access_token=hidden-word-1")

    row = ValidatorRun.objects.get()
    assert "hidden-word-1" not in row.url + json.dumps(list(AuditEntry.objects.values()), default=str)
    assert "hidden-word-1" not in signed_in.get(page_of(row)).content.decode()


# --- with an application's saved credentials
def test_an_application_s_secrets_are_taken_without_being_shown(
    signed_in: Client, fabrikam: EnterpriseApplication
) -> None:
    html = signed_in.get(f"/scim-validator/{of(fabrikam)}").content.decode()
    assert URL in html
    assert TOKEN not in html

    begin(signed_in, of(fabrikam), credentials_token="")

    row = ValidatorRun.objects.get()
    assert (row.unlock()["token"], row.application) == (TOKEN, fabrikam)


def test_a_saved_secret_is_never_sent_elsewhere(signed_in: Client, fabrikam: EnterpriseApplication) -> None:
    elsewhere = {"credentials_tenant_url": "https://evil.example/v2", "credentials_token": ""}

    answer = begin(signed_in, of(fabrikam), **elsewhere)

    assert "a saved secret is not sent to another one" in words(answer)
    assert not ValidatorRun.objects.exists()


def test_applications_that_speak_no_scim_are_not_there(signed_in: Client) -> None:
    assert signed_in.get(f"/scim-validator/{of(make_application())}").status_code == 404
    assert signed_in.get("/scim-validator/?application=none").status_code == 404
    assert signed_in.get(f"/scim-validator/?application={uuid.uuid4()}").status_code == 404


def test_scim_applications_lead_there_and_others_do_not(signed_in: Client, fabrikam: EnterpriseApplication) -> None:
    goto = make_application()

    for page in ("diagnose/", "provisioning/"):
        there = signed_in.get(f"{fabrikam.get_absolute_url()}{page}").content.decode()
        assert f"/scim-validator/?application={fabrikam.application_id}" in there
        assert "/scim-validator/?" not in signed_in.get(f"{goto.get_absolute_url()}{page}").content.decode()


# --- a run
def test_a_run_that_goes_on_is_asked_for_again(signed_in: Client, administrator: Account) -> None:
    row = a_run(administrator, status=ValidatorStatus.RUNNING, ended_at=None)

    html = signed_in.get(page_of(row)).content.decode()
    same = signed_in.get(page_of(row, f"?seen=running.{len(FINDINGS)}"), headers=HTMX)
    other = signed_in.get(page_of(row, "?seen=running.0"), headers=HTMX)

    assert f'hx-get="{page_of(row)}?seen=running.2" hx-trigger="every 2s"' in html
    assert "The endpoint is being tried" in html
    assert f'<a href="{page_of(row)}">Refresh</a>' in html
    assert (same.status_code, other.status_code) == (204, 200)
    assert other.content.decode().lstrip().startswith('<p id="said"')


def test_a_failure_is_told_with_paragraph_advice_and_what_was_said(signed_in: Client, administrator: Account) -> None:
    answer = signed_in.get(page_of(a_run(administrator)))

    html, text = answer.content.decode(), words(answer)
    assert "1 thing does not work as it should" in text
    assert 'href="https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2"' in html
    assert "A search by userName eq gives the users with that name and no others." in text
    assert "Answer 200 after 4 ms" in text
    assert "Nothing of it is left in the application." in text
    assert "hx-trigger" not in html.partition('id="result"')[2]


@pytest.mark.parametrize("writes", [True, False])
def test_a_run_without_failures_says_so(signed_in: Client, administrator: Account, writes: bool) -> None:
    text = words(signed_in.get(page_of(a_run(administrator, FINDINGS[:1], writes=writes))))

    assert "Everything that was tried works" in text
    assert ("Nothing was written." in text) is not writes


def test_what_is_left_is_named(signed_in: Client, administrator: Account) -> None:
    left = [
        {"type": "User", "name": "throw-away-1", "id": "77", "off": True},
        {"type": "Group", "name": "throw-away-2", "id": "", "off": False},
    ]
    row = a_run(administrator, left=left)

    text = words(signed_in.get(page_of(row)))

    assert "throw-away-1 , ID 77 : the application only switches users off" in text
    assert "throw-away-2 : nobody knows whether it is there" in text
    assert "Nothing of it is left" not in text
    assert "Something is left" in words(signed_in.get("/scim-validator/"))


def test_a_broken_run_says_why(signed_in: Client, administrator: Account) -> None:
    message = {"text": "The worker that did it died. It was not gone on with; start it again.", "values": {}}
    row = a_run(administrator, status=ValidatorStatus.BROKEN, message=message)

    text = words(signed_in.get(page_of(row)))

    assert "This run was broken off" in text
    assert "The worker that did it died." in text


def test_a_run_that_came_to_no_end_says_why(signed_in: Client, administrator: Account) -> None:
    row = a_run(administrator, message={"text": "The application was too slow.", "values": {}})

    assert "It did not come to its end The application was too slow." in words(signed_in.get(page_of(row)))


def test_the_report_is_downloaded_as_the_command_prints_it(signed_in: Client, administrator: Account) -> None:
    row = a_run(administrator, learned={"etag": True}, left=[{"type": "User", "name": "x", "id": "7", "off": False}])

    answer = signed_in.get(page_of(row, "download/"))

    told = json.loads(answer.content)
    assert answer["Content-Disposition"].startswith('attachment; filename="scim_validator_')
    assert [each["name"] for each in told["findings"]] == ["users", "find user"]
    assert set(told["findings"][1]) == {"name", "verdict", "text", "paragraph", "advice", "exchanges"}
    assert (told["profile"], told["left_over"][0]["id"]) == ({"etag": True}, "7")


def test_trying_again_begins_with_what_was_tried(
    signed_in: Client, administrator: Account, fabrikam: EnterpriseApplication
) -> None:
    plain = a_run(administrator)
    owned = a_run(administrator, application=fabrikam)

    assert f'value="{URL}"' in signed_in.get(f"/scim-validator/?like={plain.run_id}").content.decode()
    assert f"/scim-validator/?like={plain.run_id}" in signed_in.get(page_of(plain)).content.decode()
    assert f"/scim-validator/{of(fabrikam)}" in signed_in.get(page_of(owned)).content.decode()
    assert signed_in.get("/scim-validator/?like=nothing").status_code == 200


def test_a_run_outlives_its_application(
    signed_in: Client, administrator: Account, fabrikam: EnterpriseApplication
) -> None:
    row = a_run(administrator, application=fabrikam)

    fabrikam.delete()

    assert signed_in.get(page_of(row)).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_queries_does_not_grow(
    signed_in: Client,
    administrator: Account,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(number):
        row = a_run(administrator, FINDINGS * number)

    with django_assert_num_queries(6):
        signed_in.get("/scim-validator/")
    with django_assert_num_queries(4):
        signed_in.get(page_of(row))


def test_others_than_administrators_have_no_way_there(client: Client) -> None:
    client.force_login(make_account())

    assert client.get("/scim-validator/").status_code == 403
