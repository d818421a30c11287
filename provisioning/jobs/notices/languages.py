"""In which language somebody is written to: the one of the account with that address, else the portal's."""

from collections.abc import Sequence

from django.conf import settings

from portal.accounts.models import Account


def by_language(addresses: Sequence[str]) -> dict[str, list[str]]:
    """The addresses by the language of who reads them; the portal's own for addresses that nobody here has."""
    wanted = [each.lower() for each in addresses]
    accounts = Account.objects.filter(is_active=True).exclude(email="")
    known = {str(each.email).lower(): each for each in accounts if each.email.lower() in wanted}
    found: dict[str, list[str]] = {}
    for address in addresses:
        account = known.get(address.lower())
        language = account.language if account else ""
        offered = language in dict(settings.LANGUAGES)
        found.setdefault(language if offered else settings.LANGUAGE_CODE, []).append(address)
    return found
