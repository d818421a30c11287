"""Dates and times as people read them."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


def as_moment(value: datetime | date | None, only_day: bool, seconds: bool, inside: bool) -> dict[str, Any]:
    """What ui/when.html needs: "Today, 14:20" or "12 Mar 2026, 10:52", and the exact value in the person's zone."""
    if value is None:
        return {"text": ""}
    if not isinstance(value, datetime):
        return {"text": date_format(value, "SHORT_DATE_FORMAT"), "exact": value.isoformat(), "title": value.isoformat()}
    local = timezone.localtime(value)
    title = local.strftime("%Y-%m-%d %H:%M:%S %Z")
    return {
        "text": moment_text(value, only_day, seconds, inside),
        "exact": local.isoformat(timespec="seconds"),
        "title": title,
    }


def moment_text(value: datetime, only_day: bool = False, seconds: bool = False, inside: bool = False) -> str:
    """The words alone; `inside` a sentence they begin small."""
    local = timezone.localtime(value)
    today = local.date() == timezone.localdate()
    day = (_("today") if inside else _("Today")) if today else date_format(local, "SHORT_DATE_FORMAT")
    clock = date_format(local, "H:i:s" if seconds else "TIME_FORMAT")
    return day if only_day else _("%(day)s, %(time)s") % {"day": day, "time": clock}
