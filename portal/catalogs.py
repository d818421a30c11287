"""Translations made ready: `locale/` holds them as text, Django reads them compiled. Nothing but Python is needed."""

import ast
import os
import struct
from collections.abc import Iterator
from pathlib import Path

MAGIC = 0x950412DE
HEADER = struct.Struct("<7I")
PLACE = struct.Struct("<2I")


def compile_all(source: Path, target: Path) -> int:
    """Write each catalogue below `source` into the same place below `target`; how many were new or changed."""
    changed = 0
    for path in sorted(source.glob("*/LC_MESSAGES/*.po")):
        made = as_binary(read(path.read_text(encoding="utf-8")))
        place = (target / path.relative_to(source)).with_suffix(".mo")
        if place.exists() and place.read_bytes() == made:
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = place.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(made)
        fresh.replace(place)  # a portal that is running never reads half of it
        changed += 1
    return changed


def read(text: str) -> dict[str, str]:
    """Source and translation of each entry that has one, as the compiled form wants them; fuzzy ones are left out."""
    found = {}
    for entry in entries(text):
        forms = [value for key, value in sorted(entry.items()) if key.startswith("msgstr")]
        if not all(forms) or "fuzzy" in entry:
            continue
        source = entry["msgid"]
        if "msgid_plural" in entry:
            source += "\0" + entry["msgid_plural"]
        if "msgctxt" in entry:
            source = entry["msgctxt"] + "\4" + source
        found[source] = "\0".join(forms)
    return found


def entries(text: str) -> Iterator[dict[str, str]]:
    """Each entry of a catalogue: `msgid`, `msgstr` or `msgstr[0]` and so on, and `fuzzy` when it is marked so."""
    entry: dict[str, str] = {}
    key = ""
    for line in [*text.splitlines(), ""]:
        if not line:
            if "msgid" in entry:
                yield entry
            entry = {}
        elif line.startswith("#,") and "fuzzy" in line:
            entry["fuzzy"] = "yes"
        elif line.startswith("msg"):
            key, _, quoted = line.partition(" ")
            entry[key] = ast.literal_eval(quoted)
        elif line.startswith('"'):
            entry[key] += ast.literal_eval(line)


def as_binary(catalogue: dict[str, str]) -> bytes:
    """The format of GNU gettext: two tables of lengths and places, sorted by the source, then the texts."""
    pairs = sorted((source.encode(), target.encode()) for source, target in catalogue.items())
    start = HEADER.size + 2 * len(pairs) * PLACE.size
    tables, texts = b"", b""
    for column in (0, 1):
        for pair in pairs:
            tables += PLACE.pack(len(pair[column]), start + len(texts))
            texts += pair[column] + b"\0"
    sources, targets = HEADER.size, HEADER.size + len(pairs) * PLACE.size
    return HEADER.pack(MAGIC, 0, len(pairs), sources, targets, 0, start) + tables + texts
