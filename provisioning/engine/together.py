"""The writes of a portion in as few requests as the target takes them; every object keeps an outcome of its own."""

from collections.abc import Iterator, Sequence
from functools import partial

from provisioning.connectors.base import Written
from provisioning.engine.hands import Hands, Result
from provisioning.engine.writes import Paused, go_on
from provisioning.errors import OutOfTime
from provisioning.records import Candidate

Waiting = tuple[Candidate, Paused]
Going = tuple[Candidate, Paused, Written | None, bool]
"""A walk, what became of its write, and whether its failure counts."""


class Together:
    """The writes that walks of these candidates wait for. They are under way as soon as this is made."""

    def __init__(self, hands: Hands, candidates: Sequence[Candidate], results: Sequence[Result]) -> None:
        self.hands, self.results = hands, results
        both = zip(candidates, results, strict=True)
        waiting = [(candidate, each) for candidate, each in both if isinstance(each, Paused)]
        self.batches = list(_batches(waiting, hands.target.bulk_size))
        self.sent = [hands.submit(partial(_sent, hands, batch)) for batch in self.batches]

    def ended(self) -> list[Result]:
        """The results, once every write was sent. A walk whose write was not sent has none."""
        if not self.batches:
            return list(self.results)
        written = self.hands.results(self.sent)
        begun = [
            future
            for batch, told in zip(self.batches, written, strict=True)
            for future in self.hands.spread(_going(batch, told), partial(_gone_on, self.hands))
        ]
        resumed = iter(self.hands.ended(begun))
        return [next(resumed) if isinstance(each, Paused) else each for each in self.results]


def _batches(waiting: Sequence[Waiting], most: int) -> Iterator[Sequence[Waiting]]:
    """Evenly, so that none is left with a few."""
    if not waiting:
        return
    number = -(-len(waiting) // most)
    size = -(-len(waiting) // number)
    for start in range(0, len(waiting), size):
        yield waiting[start : start + size]


def _sent(hands: Hands, batch: Sequence[Waiting]) -> list[Written | None]:
    """What became of each write; None: it was not sent. By one of the pool's threads."""
    writes = [paused.write for _, paused in batch]
    told: list[Written | None] = []
    while len(told) < len(writes) and not hands.is_over:
        try:
            told += hands.target.bulk(writes[len(told) :]) if len(writes) > 1 else [Written(alone=True)]
        except OutOfTime:
            hands.leaving.set()
        except Exception as error:  # a fault of our own is a fault at each of them
            told += [Written(error=error)] * (len(writes) - len(told))
    return told + [None] * (len(writes) - len(told))


def _going(batch: Sequence[Waiting], told: Sequence[Written | None]) -> list[Going]:
    """Of those whom one request failed for, one counts as a failure."""
    found: list[Going] = []
    was_whole = False
    for (candidate, paused), written in zip(batch, told, strict=True):
        found.append((candidate, paused, written, not (was_whole and written and written.whole)))
        was_whole = bool(written and written.whole)
    return found


def _gone_on(hands: Hands, going: Going) -> Result:
    """The walk to its end. What was written is told even when nothing more may be begun."""
    candidate, paused, written, counts = going
    if written is None or (written.alone and hands.is_over):
        paused.writing.close()
        return None
    return hands.one(candidate, lambda _: go_on(paused, written, hands.target), counts=counts)
