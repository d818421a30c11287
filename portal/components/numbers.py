"""Numbers within texts, in the reader's form."""

from django.contrib.humanize.templatetags.humanize import intcomma


def counted(text: str, n: int) -> str:
    """A translated text with its number: `counted(ngettext("%(n)d user", "%(n)d users", n), n)` is "1,204 users"."""
    return text.replace("%(n)d", str(intcomma(n)))
