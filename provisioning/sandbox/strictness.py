"""Switches for what GoTo is free to do and the stand-in does not by default. Kept in memory, one process."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

CHOICES = {"refresh_tokens": ("aged", "always", "never"), "filter_grammar": ("both", "eq", "brackets")}


@dataclass
class Strictness:
    """How the service behaves where its documents leave a choice; the values here are the defaults.

    `refresh_tokens`: a refresh brings a new refresh token when most of the old one's life has passed, always or never.
    """

    password_grant: bool = True
    pkce_required: bool = False
    state_required: bool = False
    refresh_tokens: str = "aged"
    replaced_refresh_tokens_end: bool = False
    pat_brings_refresh_token: bool = True
    access_seconds: int = 3600
    refresh_seconds: int = 30 * 24 * 3600
    calls_per_second: int = 0
    keys_as_numbers: bool = False
    empty_results_left_out: bool = False
    filter_grammar: str = "both"
    emails_exact: bool = False
    page_size: int = 100
    largest_page: int = 1000
    me_without_account_key: bool = False
    me_with_other_account: bool = False
    license_or_role_required: bool = False
    unknown_attributes_refused: bool = False
    empty_lists_ignored: bool = False
    update_answers_user: bool = False
    seats_status: int = 409
    seats_code: str = "license.seats.exceeded"
    scim_bad_token_status: int = 403
    scim_scope_required: bool = False
    scim_users_paging: bool = True
    scim_enterprise: bool = False

    def set(self, values: Mapping[str, object]) -> None:
        """Throw these switches, all or none. ValueError or TypeError for an unknown one or a value that is none."""
        defaults = asdict(Strictness())
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
        self.set(asdict(Strictness()))

    def changed(self) -> dict[str, object]:
        """The switches that are not as by default."""
        default = Strictness()
        names = [field.name for field in fields(self)]
        return {name: getattr(self, name) for name in names if getattr(self, name) != getattr(default, name)}


STRICTNESS = Strictness()
