"""The provisioning logs: everything that was done to everyone, filtered, page by page."""

import uuid

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from provisioning.api.calls import Call, Reply
from provisioning.api.errors import BadRequest, NotFound
from provisioning.api.listing import next_link
from provisioning.api.logs_filter import condition
from provisioning.api.options import FILTER, ORDER, SELECT, SKIP, TOP, chosen, read_top
from provisioning.api.routes import Answer, many, one, route
from provisioning.jobs.keyset import oldest_first, page_of, place_of
from provisioning.models import Activity
from provisioning.reports.entries_json import entry_json

PATH = "/auditLogs/provisioning"
UPWARDS, DOWNWARDS = ("activitydatetime", "activitydatetime asc"), "activitydatetime desc"
"""What $orderby may say."""


@route("GET", PATH, answer=many("ProvisioningObjectSummary"), options=(SELECT, FILTER, ORDER, TOP, SKIP))
def logs(call: Call) -> Reply:
    """List the provisioning logs, newest first unless $orderby says otherwise"""
    rows = _rows()
    if text := call.options.get("$filter"):
        rows = rows.filter(condition(text))
    top, token = read_top(call.options.get("$top")), call.options.get("$skiptoken", "")
    if token and place_of(token) is None:
        raise BadRequest(_("Invalid $skiptoken."))
    if _is_upwards(call.options.get("$orderby")):
        page = oldest_first(rows, token, top)
        key = page.newer
    else:
        page = page_of(rows, {"older": token}, top)
        key = page.older
    link = {"@odata.nextLink": next_link(call, key)} if key else {}
    value = [chosen(entry_json(each), call.options.get("$select")) for each in page.rows]
    return Reply({"@odata.context": call.context("auditLogs/provisioning"), **link, "value": value})


@route("GET", f"{PATH}/$count", answer=Answer("text"), options=(FILTER,))
def count(call: Call) -> Reply:
    """Count the entries of the provisioning logs"""
    text = call.options.get("$filter")
    return Reply(str(Activity.objects.filter(condition(text) if text else Q()).count()))


@route("GET", f"{PATH}/{{id}}", answer=one("ProvisioningObjectSummary"))
def entry(call: Call) -> Reply:
    """Get an entry of the provisioning logs"""
    try:
        found = _rows().filter(activity_id=uuid.UUID(call.path["id"])).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound.of(call.path["id"])
    return Reply({"@odata.context": call.context("auditLogs/provisioning/$entity"), **entry_json(found)})


def _rows() -> QuerySet[Activity]:
    return Activity.objects.select_related("job__application__directory", "cycle")


def _is_upwards(text: str | None) -> bool:
    if text is None:
        return False
    wanted = " ".join(text.lower().split())
    if wanted not in (*UPWARDS, DOWNWARDS):
        raise BadRequest(_("The provisioning logs can be sorted by activityDateTime only, asc or desc."))
    return wanted != DOWNWARDS
