"""Small marks: the words of a status with their icon and colour, letter tiles, initials."""

import zlib
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

Text = str | Promise


@dataclass(frozen=True)
class Look:
    """How one status is shown. `kind` is the colour: ok warn err info skip."""

    kind: str
    icon: str
    label: Text
    spins: bool = False


# One vocabulary everywhere. Keys are the values that rows store.
STATUSES = {
    "running": Look("info", "sync", _("Running"), spins=True),
    "healthy": Look("ok", "ok", _("Healthy")),
    "warnings": Look("warn", "warn", _("Healthy with warnings")),
    "quarantined": Look("err", "err", _("Quarantined")),
    "stopped": Look("skip", "pause", _("Stopped")),
    "not set up": Look("skip", "circle", _("Not set up")),
    "deleting": Look("skip", "delete", _("Being deleted")),
    "held": Look("warn", "pause", _("Held")),
    "success": Look("ok", "ok", _("Success")),
    "failure": Look("err", "err", _("Failure")),
    "skipped": Look("skip", "skip", _("Skipped")),
    "warning": Look("warn", "warn", _("Warning")),
    "completed": Look("ok", "ok", _("Completed")),
    "interrupted": Look("err", "err", _("Interrupted")),
    "superseded": Look("skip", "skip", _("Superseded")),
    "failed": Look("err", "err", _("Failed")),
    "discarded": Look("skip", "skip", _("Discarded")),
    "ok": Look("ok", "ok", ""),
    "warn": Look("warn", "warn", ""),
    "err": Look("err", "err", ""),
    "info": Look("info", "infoo", ""),
    "skip": Look("skip", "skip", ""),
}
TILES = ("", "tile--a", "tile--b", "tile--c", "tile--d", "tile--e", "tile--f", "tile--g")


def look_of(status: object, label: Text = "", count: int | None = None) -> dict[str, Any]:
    """What ui/badge.html and ui/status_word.html need. KeyError for a status nobody gave a look."""
    look = STATUSES[str(status)]
    if not label and str(status) == "warnings" and count:
        label = ngettext("Healthy with %(n)d warning", "Healthy with %(n)d warnings", count) % {"n": count}
    return {"kind": look.kind, "icon": look.icon, "label": label or look.label, "spins": look.spins}


def initials(name: str) -> str:
    """The first letters of the first two words, or of the first and last of more: "Ada Byron King" is AK."""
    words = ["".join(filter(str.isalnum, word)) for word in name.split()]
    words = [word for word in words if word]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def tile_letters(name: str) -> str:
    """Two letters for an application: of its first two words, or the first two of its only word."""
    words = name.split()
    return (words[0][:1] + words[1][:1]).upper() if len(words) > 1 else (name.strip()[:2].title() or "?")


def tile_colour(key: object) -> str:
    """The same colour for the same id, on every machine."""
    return TILES[zlib.crc32(str(key).encode()) % len(TILES)]
