"""How the gallery of applications is searched and filtered."""

from collections.abc import Sequence
from typing import ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from provisioning import gallery
from provisioning.choices import ObjectType
from provisioning.forms.list_filter import ListFilter
from provisioning.gallery import GalleryApplication

OBJECTS: dict[str, str | Promise] = {ObjectType.USER: _("Users"), ObjectType.GROUP: _("Groups")}


def _categories() -> list[tuple[str, str]]:
    """Those of the applications that stand in the gallery, by their translated names."""
    found = {each.category for each in gallery.search("")}
    return sorted(((each, gettext(each)) for each in found), key=lambda pair: pair[1].casefold())


class GalleryFilter(ListFilter):
    labels: ClassVar = {"category": _("Category"), "objects": _("Objects")}

    category = forms.MultipleChoiceField(required=False, choices=_categories)
    objects = forms.MultipleChoiceField(required=False, choices=list(OBJECTS.items()))

    @property
    def text(self) -> str:
        """What is searched for; too long a text still searches, by its beginning."""
        return str(self.data.get("q") or "")[:200].replace("\0", "").strip()

    def found(self) -> Sequence[GalleryApplication]:
        """With every word of the text, of one of the categories, and able to provision all chosen objects."""
        categories, objects = self.chosen("category"), self.chosen("objects")
        return [
            each
            for each in gallery.search(self.text)
            if (not categories or each.category in categories) and all(kind in each.mappings for kind in objects)
        ]

    def shelves(self) -> Sequence[tuple[str, Sequence[GalleryApplication]]]:
        """The same by category, each with its translated name."""
        found = self.found()
        shelves = [(label, [each for each in found if each.category == key]) for key, label in _categories()]
        return [shelf for shelf in shelves if shelf[1]]
