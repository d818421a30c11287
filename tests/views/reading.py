"""What a person reads in an answer: its words without markup, the rows of its table, its toasts."""

import html
import re
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpResponse


def words(part: HttpResponse | str) -> str:
    """The text between the tags, in one line."""
    text = part if isinstance(part, str) else part.content.decode()
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def rows(response: HttpResponse) -> list[str]:
    """The words of each row of the page's table."""
    body = re.search(r"<tbody.*?</tbody>", response.content.decode(), re.DOTALL)
    return [words(row) for row in re.findall(r"<tr.*?</tr>", body[0], re.DOTALL)] if body else []


def toasts(response: Any) -> list[str]:
    """What the next page will say in the corner, after a redirect."""
    return [str(message) for message in get_messages(response.wsgi_request)]
