"""The pages of a CSV import, as tests go through them."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from provisioning.jobs import csv_reading
from provisioning.models import CsvImport
from tests.html_forms import fields_of

HEAD = "User name,Name,Department,Initial password\n"
TEXT = f"{HEAD}ann@contoso.example,Ann,HR,Pass-word-1\nbo@contoso.example,Bo,Finance,\n"


def send(client: Client, text: str | bytes = TEXT, what: str = "users") -> Any:
    data = text.encode() if isinstance(text, str) else text
    return client.post(f"/csv/{what}/import/", {"file": SimpleUploadedFile("people.csv", data)})


def choose(client: Client, **edits: Any) -> Any:
    """From the columns page, as a browser sends it, with these edits; then it is read."""
    url = f"/csv/{CsvImport.objects.get().file_id}/columns/"
    chosen = {"known": "update", "empty": "leave", "missing": "leave"}
    answer = client.post(url, fields_of(client.get(url).content.decode(), "columns", **{**chosen, **edits}))
    csv_reading.read(CsvImport.objects.get().pk)
    return answer


def page_of(client: Client) -> Any:
    return client.get(f"/csv/{CsvImport.objects.get().file_id}/")


def act(client: Client, deed: str, **data: str) -> Any:
    return client.post(f"/csv/{CsvImport.objects.get().file_id}/{deed}/", data)
