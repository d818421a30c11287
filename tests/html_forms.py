"""What a browser would send for a form of a page, read from its HTML."""

from html.parser import HTMLParser
from typing import Any

EMPTY = ("input", "br", "hr", "img", "meta", "link", "use", "path")


class _Reader(HTMLParser):
    """Collects the fields of the form with this id, as they are filled in."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.inside = form_id, False
        self.fields: dict[str, str] = {}
        self.select = ""
        self.textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = found.get("id") == self.form_id
        if not self.inside or "disabled" in found:
            return
        if tag == "input" and self._is_sent(found):
            self.fields[found["name"]] = found.get("value", "on" if found.get("type") == "checkbox" else "")
        if tag == "textarea":
            self.textarea = found["name"]
            self.fields[self.textarea] = ""
        if tag == "select":
            self.select = found["name"]
        if tag == "textarea":
            self.textarea = found["name"]
            self.fields[self.textarea] = ""
        if tag == "option" and self.select and ("selected" in found or self.select not in self.fields):
            self.fields[self.select] = found.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.fields[self.textarea] += data if self.fields[self.textarea] else data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.textarea = ""
        if tag == "select":
            self.select = ""
        if tag == "form":
            self.inside = False

    def _is_sent(self, found: dict[str, str]) -> bool:
        return bool(found.get("name")) and (found.get("type") not in ("checkbox", "radio") or "checked" in found)


def fields_of(html: str, form_id: str, **edits: Any) -> dict[str, str]:
    """The fields by name, with these edits; None leaves a field out, as an unticked box is."""
    reader = _Reader(form_id)
    reader.feed(html)
    assert reader.fields, f"The page has no form {form_id} with fields."
    fields = {**reader.fields, **edits}
    return {name: value for name, value in fields.items() if value is not None}
