"""A supervisor over small programs, run by the tests as a process of its own: `python program.py FOLDER CHILD...`.

A file `FOLDER/stalled` holds the name of a child that the tick calls stalled, once.
"""

import logging
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

from portal.supervisor.child import Child, Patience
from portal.supervisor.supervisor import Supervisor
from portal.supervisor.ticker import Ticker

# Notes its own process and those it starts, as a cluster does: FOLDER/NAME.pids has a line per start.
PLAIN = """
import os, pathlib, signal, subprocess, sys, time
folder, name, stubborn = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "stubborn"
if stubborn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
def leave(*_):
    worker.kill()
    worker.wait()
    sys.exit(0)
if not stubborn:
    signal.signal(signal.SIGTERM, leave)
with open(folder / f"{name}.pids", "a") as file:
    file.write(f"{os.getpid()} {worker.pid}\\n")
time.sleep(600)
"""
QUICK = Patience(grace=1, backoff=0.1, backoff_most=0.2, steady=60, settle=0, look=0.02)


def main(folder: Path, names: list[str]) -> None:
    def stalled() -> Iterable[str]:
        note = folder / "stalled"
        if note.exists():
            yield note.read_text()
            note.unlink()

    children = [
        Child(name, [sys.executable, "-c", PLAIN, str(folder), name, name.partition("-")[0]], patience=QUICK)
        for name in names
    ]
    Supervisor(children, Ticker(stalled, every=0.05), QUICK).run(on_ready=(folder / "ready").touch)


if __name__ == "__main__":
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the tests themselves may run under nohup
    logging.basicConfig(level="INFO", format="%(message)s", stream=sys.stdout)
    main(Path(sys.argv[1]), sys.argv[2:])
