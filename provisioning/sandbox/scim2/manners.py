"""The manners of the SCIM 2.0 service: how it may differ from the standard. Kept in memory, one process."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

CHOICES = {
    "filters": ("heeded", "ignored", "refused"),
    "no_match": ("refused", "made", "passed_over"),
    "members_by_value": ("those", "all", "refused"),
    "bulk_answers": ("in_order", "reversed", "without_ids", "up_to_an_error"),
}


@dataclass
class Manners:
    """By default it keeps the standard, and takes what Microsoft's client sends as well.

    `no_match`: what a path does whose filter fits no entry. `members_by_value`: whom `remove` with the path `members`
    and a list of values takes out; to the standard it is `all`. `bulk_takes`: fewer operations than it tells.
    """

    filters: str = "heeded"
    patch: bool = True
    no_match: str = "refused"
    members_by_value: str = "those"
    page_cap: int = 0
    cursors: bool = False
    discovery: bool = True
    etags: bool = True
    ids_as_numbers: bool = False
    capital_names: bool = False
    active_as_text: bool = False
    content_type: str = "application/scim+json"
    conflict_body: bool = True
    create_body: bool = True
    patch_body: bool = True
    members_told: bool = True
    most_members: int = 0
    groups_unique: bool = True
    soft_delete: bool = False
    bulk: bool = True
    bulk_ops: int = 100
    bulk_bytes: int = 1_048_576
    bulk_takes: int = 0
    bulk_answers: str = "in_order"

    def set(self, values: Mapping[str, object]) -> None:
        """Change these, all or none. ValueError or TypeError for an unknown one or a value that is none."""
        defaults = asdict(Manners())
        for name, value in values.items():
            if name not in defaults:
                raise ValueError(f"{name}: unknown")
            if type(value) is not type(defaults[name]):
                raise TypeError(f"{name}: not {value!r}")
            if value not in CHOICES.get(name, (value,)):
                raise ValueError(f"{name}: one of {', '.join(CHOICES[name])}")
        for name, value in values.items():
            setattr(self, name, value)

    def reset(self) -> None:
        self.set(asdict(Manners()))

    def changed(self) -> dict[str, object]:
        """Those that are not as by default."""
        default = Manners()
        names = [field.name for field in fields(self)]
        return {name: getattr(self, name) for name in names if getattr(self, name) != getattr(default, name)}


MANNERS = Manners()
