"""`python -m tests.simulator SEED` replays one seed with its trace; `--seeds N` runs many on all processors."""

import argparse
import logging
import multiprocessing
import sys
import time
import traceback

from tests.simulator.simulation import Simulation
from tests.simulator.stage import Violation


def tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def fault(seed: int) -> tuple[int, str, int]:
    """The seed, what was violated (empty: nothing), and the steps that were taken."""
    simulation = Simulation(seed)
    try:
        simulation.run()
    except (Exception, Violation) as error:
        return seed, f"{type(error).__name__}: {error}", simulation.stage.steps
    return seed, "", simulation.stage.steps


def replay(seed: int) -> int:
    simulation = Simulation(seed)
    try:
        simulation.run()
    except (Exception, Violation):
        tell("\n".join(simulation.stage.trace))
        traceback.print_exc(file=sys.stdout)
        return 1
    tell("\n".join(simulation.stage.trace))
    tell(f"Seed {seed}: nothing was violated in {simulation.stage.steps} steps.")
    return 0


def many(first: int, number: int) -> int:
    began, failed, steps = time.monotonic(), 0, 0
    with multiprocessing.Pool() as pool:
        for seed, told, taken in pool.imap_unordered(fault, range(first, first + number), chunksize=5):
            steps += taken
            if told:
                failed += 1
                tell(f"seed {seed}: {told}")
    seconds = time.monotonic() - began
    tell(f"{number} seeds, {steps} steps, {failed} failed, {number / seconds:.1f} seeds a second")
    return 1 if failed else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("seed", type=int, nargs="?", default=1, help="replay this seed, or begin with it")
    parser.add_argument("--seeds", type=int, default=0, help="run so many seeds")
    chosen = parser.parse_args()
    logging.disable()
    return many(chosen.seed, chosen.seeds) if chosen.seeds else replay(chosen.seed)


if __name__ == "__main__":
    sys.exit(main())
