"""Who is notified of failures: the addresses as they are typed and kept."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _


class NoAddress(ValueError):
    """One of the texts is no address; the message says which."""


def addresses(text: str) -> str:
    """The addresses, each once, with commas between. Raises NoAddress."""
    found = [each.strip() for each in text.split(",") if each.strip()]
    for each in found:
        try:
            validate_email(each)
        except ValidationError:
            wrong = _("%(text)s is not an address. Enter one such as name@contoso.example.")
            raise NoAddress(wrong % {"text": each}) from None
    return ", ".join(dict.fromkeys(found))
