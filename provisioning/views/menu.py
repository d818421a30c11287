"""What a person folded in the menu: it stays so, wherever they sign in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from provisioning.models.preference import MENU, prefer, preferred

MOST, LONGEST = 30, 40


@require_POST
def keep_menu(request: HttpRequest) -> HttpResponse:
    """The whole menu (`folded`), or one `group` of it (`closed`); the rest stays as it is."""
    kept: dict[str, Any] = preferred(request.user, MENU) or {}
    if "folded" in request.POST:
        kept["folded"] = request.POST["folded"] == "1"
    if group := request.POST.get("group", "")[:LONGEST]:
        others = [each for each in kept.get("closed", []) if each != group]
        kept["closed"] = [*others, group][-MOST:] if request.POST.get("closed") == "1" else others
    prefer(request.user, MENU, kept)
    return HttpResponse(status=204)
