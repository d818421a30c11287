"""What the first page weighs: style sheets and scripts together, compressed, under names that can be kept for ever."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db
MOST = 60 * 1024
LOADED = re.compile(r'<(?:script[^>]*\ssrc|link rel="stylesheet" href)="([^"]+)"')


def loaded(page: str) -> list[str]:
    """Paths below /static/ of everything that the page has to load before it is drawn."""
    return [address.split("?")[0].removeprefix("/static/") for address in LOADED.findall(page)]


def test_styles_and_scripts_of_the_first_page_are_under_60_kilobytes(signed_in: Client) -> None:
    files = [finders.find(path) for path in loaded(signed_in.get("/applications/").content.decode())]

    sizes = {Path(file).name: len(gzip.compress(Path(file).read_bytes())) for file in files if file}
    assert len(sizes) == len(files) >= 8
    assert sum(sizes.values()) < MOST, sizes


def test_in_production_every_one_of_them_is_hashed_and_compressed(
    signed_in: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)

    paths = loaded(signed_in.get("/applications/").content.decode())

    assert len(paths) >= 8
    assert [path for path in paths if not re.search(r"\.[0-9a-f]{12}\.", path)] == []
    assert [path for path in paths if not (tmp_path / f"{path}.gz").exists()] == []
