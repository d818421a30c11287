"""The writes of a portion in as few requests as the target takes them; every object keeps an outcome of its own."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from functools import partial

from provisioning.connectors.base import Written
from provisioning.engine.hands import Hands, Result
from provisioning.engine.writes import Paused, go_on
from provisioning.errors import OutOfTime
from provisioning.records import Candidate

Waiting = tuple[Candidate, Paused]


class Together:
    """The writes that walks of these candidates wait for. They are under way as soon as this is made."""

    def __init__(self, hands: Hands, candidates: Sequence[Candidate], results: Sequence[Result]) -> None:
        self.hands, self.candidates, self.results = hands, candidates, results
        both = zip(candidates, results, strict=True)
        waiting = [(candidate, each) for candidate, each in both if isinstance(each, Paused)]
        self.batches = list(_batches(waiting, hands.target.bulk_size))
        self.sent = [hands.submit(partial(_sent, hands, batch)) for batch in self.batches]

    def ended(self) -> list[Result]:
        """The results, once every write was sent. A walk whose write was not sent has none."""
        if not self.batches:
            return list(self.results)
        written = self.hands.results(self.sent)
        futures = {
            candidate.source.key: future
            for batch, told in zip(self.batches, written, strict=True)
            for (candidate, _), future in zip(batch, _resumed(self.hands, batch, told), strict=True)
        }
        resumed = dict(zip(futures, self.hands.results([*futures.values()]), strict=True))
        return [
            resumed[candidate.source.key] if isinstance(each, Paused) else each
            for candidate, each in zip(self.candidates, self.results, strict=True)
        ]


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


def _resumed(hands: Hands, batch: Sequence[Waiting], told: Sequence[Written | None]) -> "Iterator[Future[Result]]":
    """The walks go on. Of those whom one request failed for, one counts as a failure."""
    was_whole = False
    for (candidate, paused), written in zip(batch, told, strict=True):
        if written is None or (written.alone and hands.is_over):
            yield hands.submit(partial(_given_up, paused))
            continue
        counts = not (written.whole and was_whole)
        was_whole = written.whole
        do = partial(_went_on, hands, paused, written)
        yield hands.submit(partial(hands.one, candidate, do, counts=counts))


def _went_on(hands: Hands, paused: Paused, written: Written, candidate: Candidate) -> Result:
    result: Result = go_on(paused, written, hands.target)
    return result


def _given_up(paused: Paused) -> Result:
    paused.writing.close()
    return None
