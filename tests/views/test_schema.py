"""The schema page: look, download, check, save, upload."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import AuditEntry
from provisioning.models import ConfigurationVersion, ObjectMapping
from tests.html_forms import fields_of
from tests.views.mapping_pages import CREDENTIALS, job_of, make_mapping, row_of
from tests.views.reading import toasts, words

pytestmark = pytest.mark.django_db
Edit = Callable[[list[dict[str, Any]]], object]


@pytest.fixture
def mapping() -> ObjectMapping:
    return make_mapping()


def page_of(mapping: ObjectMapping, rest: str = "") -> str:
    return f"/applications/{mapping.job.application.application_id}/mappings/schema/{rest}"


def text_on(answer: HttpResponse) -> str:
    return fields_of(answer.content.decode(), "edit")["text"]


def edited(client: Client, mapping: ObjectMapping, edit: Edit) -> str:
    """The schema of the page after an edit of its rows."""
    document = json.loads(text_on(client.get(page_of(mapping))))
    edit(document["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"])
    return json.dumps(document)


def to_country(rows: list[dict[str, Any]]) -> None:
    rows[3]["source"] = {"type": "Attribute", "name": "country"}


def check(client: Client, mapping: ObjectMapping, edit: Edit = to_country, **more: Any) -> HttpResponse:
    return client.post(page_of(mapping), {"text": edited(client, mapping, edit), **more})


def as_browsers_send(text: str) -> str:
    return text.replace("\n", "\r\n")


def agree(client: Client, mapping: ObjectMapping, checked: HttpResponse, **edits: str) -> HttpResponse:
    """Press the button that the check shows."""
    fields = fields_of(checked.content.decode(), "edit")
    text = as_browsers_send(edits.get("text", fields["text"]))
    return client.post(page_of(mapping), {**fields, "apply": "1", "text": text})


# --- reading
def test_the_page_shows_the_schema_and_says_what_it_is(signed_in: Client, mapping: ObjectMapping) -> None:
    answer = signed_in.get(page_of(mapping))

    document = json.loads(text_on(answer))
    assert document["synchronizationRules"][0]["objectMappings"][0]["sourceObjectName"] == "User"
    assert "Download a copy before you change anything" in words(answer)


def test_the_schema_is_downloaded_as_a_file(signed_in: Client, mapping: ObjectMapping) -> None:
    answer = signed_in.get(page_of(mapping, "download/"))

    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer["Content-Disposition"].endswith('-schema.json"')
    assert answer.content.decode() == text_on(signed_in.get(page_of(mapping)))


def test_no_secret_is_in_it(signed_in: Client, mapping: ObjectMapping) -> None:
    assert CREDENTIALS["password"] not in signed_in.get(page_of(mapping, "download/")).content.decode()


# --- checking
def test_the_first_save_shows_what_it_changes_and_saves_nothing(signed_in: Client, mapping: ObjectMapping) -> None:
    answer = check(signed_in, mapping)

    text = words(answer)
    assert answer.status_code == 200
    assert "What this changes" in text
    assert "Changed Users: Attribute mapping locale Source: preferredLanguage → becomes country" in text
    assert (row_of(mapping, "locale").source, job_of(mapping).saves) == ("preferredLanguage", 0)


def test_the_edited_text_stays_in_the_editor(signed_in: Client, mapping: ObjectMapping) -> None:
    text = edited(signed_in, mapping, to_country)

    assert text_on(signed_in.post(page_of(mapping), {"text": text})) == text


def test_everything_that_is_wrong_is_listed(signed_in: Client, mapping: ObjectMapping) -> None:
    def spoil(rows: list[dict[str, Any]]) -> None:
        rows[3].update(targetAttributeName="phone", flowType="Never")

    answer = check(signed_in, mapping, spoil)

    text = words(answer)
    assert answer.status_code == 422
    assert "Nothing was saved: 2 things are wrong" in text
    assert "attributeMappings[3].flowType Never can't be done. Write Always or ObjectAddOnly." in text
    assert job_of(mapping).saves == 0


def test_what_is_no_json_is_told_with_its_place(signed_in: Client, mapping: ObjectMapping) -> None:
    answer = signed_in.post(page_of(mapping), {"text": '{"a": 1,\n oops}'})

    assert (answer.status_code, "This is not JSON: line 2, column 2" in words(answer)) == (422, True)
    assert text_on(answer) == '{"a": 1,\n oops}'


def test_markup_in_a_document_is_only_text(signed_in: Client, mapping: ObjectMapping) -> None:
    answer = check(signed_in, mapping, lambda rows: rows[3].update(targetAttributeName="<script>alert(1)</script>"))

    assert "<script>alert" not in answer.content.decode()


def test_nothing_new_is_nothing_to_save(signed_in: Client, mapping: ObjectMapping) -> None:
    answer = check(signed_in, mapping, lambda rows: None)

    assert (answer.status_code, toasts(answer)[0].partition("\n")[0]) == (303, "Nothing to save")


# --- saving
def test_the_second_save_saves(signed_in: Client, mapping: ObjectMapping) -> None:
    answer = agree(signed_in, mapping, check(signed_in, mapping))

    now = job_of(mapping)
    assert (answer.status_code, answer["Location"]) == (303, page_of(mapping))
    assert row_of(mapping, "locale").source == "country"
    assert (now.saves, now.config_version, now.watermark) == (1, 2, None)
    assert toasts(answer)[0].startswith("Schema saved")


def test_saving_is_audited_and_kept_in_the_history(signed_in: Client, mapping: ObjectMapping) -> None:
    agree(signed_in, mapping, check(signed_in, mapping))

    entry, version = AuditEntry.objects.get(), ConfigurationVersion.objects.get()
    assert (entry.activity, version.activity) == ("Save synchronization schema",) * 2
    assert entry.old == {"User attribute mapping locale": {"source": "preferredLanguage"}}
    assert entry.new == {"User attribute mapping locale": {"source": "country"}}


def test_what_was_edited_after_the_check_is_checked_anew(signed_in: Client, mapping: ObjectMapping) -> None:
    checked = check(signed_in, mapping)

    answer = agree(signed_in, mapping, checked, text=edited(signed_in, mapping, lambda rows: rows.pop(3)))

    assert (answer.status_code, "Removed Users: Attribute mapping locale" in words(answer)) == (409, True)
    assert row_of(mapping, "locale").source == "preferredLanguage"


def test_what_was_saved_by_others_after_the_check_is_shown(signed_in: Client, mapping: ObjectMapping) -> None:
    mine = check(signed_in, mapping)
    agree(signed_in, mapping, check(signed_in, mapping, lambda rows: rows.pop(3)))

    answer = agree(signed_in, mapping, mine)

    assert answer.status_code == 409
    assert "Added Users: Attribute mapping locale" in words(answer)
    assert not mapping.rows.filter(target="locale").exists()


def test_nothing_is_saved_without_having_seen_it(signed_in: Client, mapping: ObjectMapping) -> None:
    answer = check(signed_in, mapping, apply="1")

    assert (answer.status_code, job_of(mapping).saves) == (409, 0)


# --- uploading
def test_a_file_takes_the_place_of_the_editor(signed_in: Client, mapping: ObjectMapping) -> None:
    text = edited(signed_in, mapping, to_country)
    file = SimpleUploadedFile("schema.json", b"\xef\xbb\xbf" + text.encode(), "application/json")

    checked = signed_in.post(page_of(mapping), {"text": "{}", "file": file})
    agree(signed_in, mapping, checked)

    assert text_on(checked) == text
    assert row_of(mapping, "locale").source == "country"


def test_a_file_that_is_no_text_is_told(signed_in: Client, mapping: ObjectMapping) -> None:
    file = SimpleUploadedFile("schema.json", b"\x89PNG\r\n\x1a\n")

    answer = signed_in.post(page_of(mapping), {"text": "{}", "file": file})

    assert (answer.status_code, "The file is no text in UTF-8." in words(answer)) == (422, True)


def test_no_step_takes_many_queries(
    signed_in: Client, mapping: ObjectMapping, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(12):
        signed_in.get(page_of(mapping))
    text = edited(signed_in, mapping, to_country)
    with django_assert_max_num_queries(12):
        checked = signed_in.post(page_of(mapping), {"text": text})
    with django_assert_max_num_queries(27):  # before, between and after are each read whole
        agree(signed_in, mapping, checked)
