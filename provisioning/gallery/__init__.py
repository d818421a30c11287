"""Applications that can be added. One TOML file in this folder is one application."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from provisioning.gallery.reading import GalleryApplication, GalleryRole, read

__all__ = ["GalleryApplication", "GalleryRole", "all_applications", "application", "interfaces", "named_so", "search"]

FOLDER = Path(__file__).parent


@cache
def all_applications() -> Sequence[GalleryApplication]:
    """Every application of the gallery, by name."""
    return tuple(sorted(map(read, FOLDER.glob("*.toml")), key=lambda each: each.shown_name.casefold()))


def application(key: str) -> GalleryApplication:
    """The application with this key. Raises LookupError."""
    for each in all_applications():
        if each.key == key:
            return each
    raise LookupError(f"The gallery has no application {key!r}.")


def interfaces(chosen: GalleryApplication) -> Sequence[GalleryApplication]:
    """The ways into the same application: the one that stands in the gallery, then its variants."""
    main = application(chosen.variant_of) if chosen.variant_of else chosen
    return (main, *(each for each in all_applications() if each.variant_of == main.key))


def search(text: str) -> Sequence[GalleryApplication]:
    """Applications with every word of the text in their name, publisher, category or tags; all of them for no words.

    A variant is found as what it is a variant of.
    """
    words = text.casefold().split()
    shelf = (each for each in all_applications() if not each.variant_of)
    return tuple(each for each in shelf if all(word in _searched(each) for word in words))


def named_so(text: str) -> set[str]:
    """Keys of the applications that have the text in a name or their publisher, variants too; none for no text."""
    wanted = text.casefold()
    return {each.key for each in all_applications() if wanted and any(wanted in name.casefold() for name in each.names)}


def _searched(main: GalleryApplication) -> str:
    return " ".join(each.searched for each in interfaces(main))
