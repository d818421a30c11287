"""A worker's share of a cycle: slice after slice, whatever is to be done in them."""

import logging

from provisioning.choices import Work
from provisioning.connectors.base import Connector
from provisioning.engine.escrow import seconds_to_wait
from provisioning.engine.hands import Hands
from provisioning.engine.member_slices import MemberSlice
from provisioning.engine.ports import Clock, Lease, Pool, Progress, Signal, Store
from provisioning.engine.slices import ObjectSlice
from provisioning.engine.survey import survey
from provisioning.errors import LeaseLost, OutOfTime, RetryLater, SettingsInvalid, SkipObject, StopJob

log = logging.getLogger(__name__)


def work(store: Store, target: Connector, pool: Pool, clock: Clock, seconds: float) -> None:
    """Work on one cycle until the seconds are over, the cycle ended, or nothing is left to claim.

    A slice that another worker took over meanwhile is left to it. A StopJob error interrupts the whole job.
    """
    until = clock.monotonic() + seconds
    while clock.monotonic() < until:
        lease = store.claim()
        if lease is None:
            if store.advance() is Progress.OPENED:
                continue
            return
        try:
            signal = _do(Hands(store, target, pool, clock, lease), until)
        except LeaseLost:
            log.warning("Slice %s is in other hands now; left to them.", lease.slice_id)
            continue
        except StopJob as error:
            store.interrupt(error)
            return
        if signal is not Signal.GO_ON:
            store.advance()
            return


def _do(hands: Hands, until: float) -> Signal:
    if hands.lease.work is Work.SURVEY:
        return _survey(hands.store, hands.lease, hands.target)
    if hands.lease.work in (Work.MEMBERS, Work.MEMBER_REMOVALS):
        return MemberSlice(hands).run(until)
    return ObjectSlice(hands).run(until)


def _survey(store: Store, lease: Lease, target: Connector) -> Signal:
    """A listing that fails is given up, or begun anew later where the cycle can't do without."""
    must = store.rules.reconcile or not target.can_filter
    try:
        signal = survey(store, lease, target)
    except OutOfTime:
        signal = Signal.GO_ON
    except (RetryLater, SkipObject) as error:
        if not must:
            store.give_up_survey(lease)
            return Signal.GO_ON
        store.release(lease)
        if isinstance(error, SkipObject):  # no object is to blame for what the whole listing is refused
            raise SettingsInvalid(error.message, error.exchanges) from error
        store.hold_off(seconds_to_wait(error, 1))
        return Signal.STOP
    except StopJob:
        store.release(lease)
        raise
    store.release(lease)  # nothing, once the survey is done
    return signal
