"""Listing the target once, when that is cheaper than asking for each object, or when the cycle compares everything."""

from math import ceil

from provisioning.connectors.base import Connector, Page
from provisioning.engine.ports import Lease, Signal, Store

LEAST = 10
"""Fewer unlinked objects than this are asked for one by one."""


def is_worth_trying(unlinked: int, target: type[Connector] | Connector, *, reconcile: bool) -> bool:
    """Whether a cycle begins with a survey; its first page then tells what the rest costs."""
    if not may_list(target):
        return False
    return reconcile or (unlinked > 0 and not target.can_filter) or unlinked >= LEAST


def may_list(target: type[Connector] | Connector) -> bool:
    """Whether the target is ever listed. One that can't search either has to be."""
    return target.can_list or not target.can_filter


def survey(store: Store, lease: Lease, target: Connector) -> Signal:
    """List all objects of the slice's type, a page and a transaction at a time.

    It is given up when the pages cost more than asking, and after an interruption, except where the cycle can't do
    without. Raises what the connector raises, and LeaseLost.
    """
    must = store.rules.reconcile or not target.can_filter
    if not must and not lease.clean:
        store.give_up_survey(lease)
        return Signal.GO_ON
    cursor, pages = "", 0
    while True:
        page = target.list(lease.type, cursor)
        pages += 1
        if not must and _left(page, pages, target) > store.unlinked.get(lease.type, 0):
            store.give_up_survey(lease)
            return Signal.GO_ON
        signal = store.record_survey(lease, page.objects, not page.next)
        if signal is not Signal.GO_ON or not page.next:
            return signal
        cursor = page.next


def _left(page: Page, pages: int, target: Connector) -> int:
    """How many pages there are in all, as far as it can be told by now."""
    if not page.next:
        return 0
    size = len(page.objects) or target.page_size
    return ceil(page.total / size) if page.total is not None else pages
