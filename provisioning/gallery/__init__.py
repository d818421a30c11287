"""Applications that can be added. One TOML file in this folder is one application."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from provisioning.gallery.reading import GalleryApplication, GalleryRole, read

__all__ = ["GalleryApplication", "GalleryRole", "all_applications", "application", "search"]

FOLDER = Path(__file__).parent


@cache
def all_applications() -> Sequence[GalleryApplication]:
    """Every application of the gallery, by name."""
    return tuple(sorted(map(read, FOLDER.glob("*.toml")), key=lambda each: each.name.casefold()))


def application(key: str) -> GalleryApplication:
    """The application with this key. Raises LookupError."""
    for each in all_applications():
        if each.key == key:
            return each
    raise LookupError(f"The gallery has no application {key!r}.")


def search(text: str) -> Sequence[GalleryApplication]:
    """Applications with every word of the text in their name, publisher, category or tags; all of them for no words."""
    words = text.casefold().split()
    return tuple(each for each in all_applications() if all(word in each.searched for word in words))
