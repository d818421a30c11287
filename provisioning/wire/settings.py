"""What must be known to sign in somewhere: a connector or a source declares it, a form asks for it."""

from dataclasses import dataclass

SIGN_IN = "sign_in"
"""The setting that says by which method one signs in, where there are several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One way of signing in, as the page offers it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing that must be known to sign in. `{app}` in the label becomes the name of the application or source.

    Advanced settings are folded away on the page and have a default. A setting with `choices` is one of their values.
    One with `methods` is needed, and kept, only by who signs in by one of them. One with `several_lines` is entered in
    a larger field, such as a certificate. `graph_key`: the synchronizationSecret of Microsoft Graph by which programs
    set it.
    """

    name: str
    label: str
    help: str = ""
    secret: bool = False
    advanced: bool = False
    required: bool = False
    default: str = ""
    is_address: bool = False
    several_lines: bool = False
    choices: tuple[Method, ...] = ()
    methods: frozenset[str] = frozenset()
    graph_key: str = ""

    def is_for(self, method: str) -> bool:
        """Whether who signs in by this method needs it."""
        return not self.methods or method in self.methods
