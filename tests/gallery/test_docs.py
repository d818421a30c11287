"""The page on adding an application names every key that a file may have."""

import re
from dataclasses import fields
from pathlib import Path

from provisioning.gallery.reading import KINDS, Assumption, Claim, GalleryApplication, GalleryRole, Wording
from provisioning.records import ObjectRules, Rule

PAGE = (Path(__file__).resolve().parent.parent.parent / "docs/gallery.md").read_text()
OTHERS = ("key", "type", "rules", "filters", "source", "credentials", "roles", "mappings", "limits", "assumptions")
"""Filled from tables, or from the file's name."""


def test_the_page_names_every_key() -> None:
    kinds = (GalleryApplication, GalleryRole, Assumption, Claim, Wording, ObjectRules, Rule)
    keys = {each.name for kind in kinds for each in fields(kind)} - {*OTHERS} | {*KINDS}
    tables = (
        "[credentials.",
        "[[roles]]",
        "[[limits]]",
        "[[assumptions]]",
        "[mappings.User]",
        "[[mappings.User.rows]]",
    )

    named = {word for words in re.findall(r"`([^`]+)`", PAGE) for word in re.findall(r"\w+", words)}
    assert keys - named == set()
    assert [table for table in tables if f"`{table}" not in PAGE] == []
