"""What is left, and what comes back, when programs or the supervisor itself end in good and bad ways."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
Start = Callable[..., subprocess.Popen[str]]


def until(condition: Callable[[], object], seconds: float = 30) -> None:
    """Waits for something that has to happen; the limit only ends a test that would fail anyway."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It did not happen."
        time.sleep(0.02)


def starts(folder: Path, name: str) -> list[list[int]]:
    """The processes of each start of a child: its own id and its worker's."""
    file = folder / f"{name}.pids"
    return [[int(pid) for pid in line.split()] for line in file.read_text().splitlines()] if file.exists() else []


def lives(pid: int) -> bool:
    """A process that ended and was not collected yet does not live."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def living(folder: Path) -> list[int]:
    noted = [pid for file in folder.glob("*.pids") for pids in starts(folder, file.stem) for pid in pids]
    return [pid for pid in noted if lives(pid)]


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Start]:
    """Starts a supervisor over children of these names and waits until all run; ends what a failed test left."""
    started: list[subprocess.Popen[str]] = []

    def start(*names: str) -> subprocess.Popen[str]:
        argv = [sys.executable, str(ROOT / "tests/supervisor/program.py"), str(tmp_path), *names]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        started.append(process)
        until(lambda: (tmp_path / "ready").exists() and all(starts(tmp_path, name) for name in names))
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()
    for pid in living(tmp_path):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_with_success(supervise: Start, tmp_path: Path, number: signal.Signals) -> None:
    process = supervise("web", "cycles")

    process.send_signal(number)

    assert process.wait(30) == 0
    assert living(tmp_path) == []


def test_a_stubborn_program_is_killed_with_its_workers(supervise: Start, tmp_path: Path) -> None:
    process = supervise("stubborn-web", "cycles")

    process.terminate()

    assert process.wait(30) == 0
    assert living(tmp_path) == []


def test_a_second_signal_kills_at_once(supervise: Start, tmp_path: Path) -> None:
    process = supervise("stubborn-web", "cycles")

    process.send_signal(signal.SIGINT)
    until(lambda: not lives(starts(tmp_path, "cycles")[0][0]))
    process.send_signal(signal.SIGINT)

    assert process.wait(30) == 0
    assert living(tmp_path) == []


def test_a_killed_program_is_started_again_and_its_workers_do_not_stay(supervise: Start, tmp_path: Path) -> None:
    process = supervise("web", "cycles")
    program, worker = starts(tmp_path, "cycles")[0]

    os.kill(program, signal.SIGKILL)

    until(lambda: len(starts(tmp_path, "cycles")) == 2)
    assert not lives(worker)
    assert len(starts(tmp_path, "web")) == 1
    process.terminate()
    assert "cycles ended (signal SIGKILL); it is started again in 0.1 s" in process.communicate()[0]


def test_a_stalled_cluster_is_started_again_even_if_it_does_not_listen(supervise: Start, tmp_path: Path) -> None:
    process = supervise("web", "stubborn-cycles")
    program, worker = starts(tmp_path, "stubborn-cycles")[0]

    (tmp_path / "new").write_text("stubborn-cycles")
    (tmp_path / "new").rename(tmp_path / "stalled")

    until(lambda: len(starts(tmp_path, "stubborn-cycles")) == 2)
    assert not lives(program)
    assert not lives(worker)
    assert len(starts(tmp_path, "web")) == 1
    process.terminate()
    assert "stubborn-cycles has work but does nothing" in process.communicate()[0]


@pytest.mark.parametrize("name", ["web", "stubborn-web"])
def test_a_killed_supervisor_leaves_no_process(supervise: Start, tmp_path: Path, name: str) -> None:
    process = supervise(name, "cycles")

    process.kill()

    until(lambda: living(tmp_path) == [])


def test_a_killed_supervisor_leaves_no_process_when_its_watcher_was_killed_before(
    supervise: Start, tmp_path: Path
) -> None:
    process = supervise("web", "cycles")
    (first,) = watchers(process.pid)

    os.kill(first, signal.SIGKILL)
    until(lambda: watchers(process.pid) not in ([], [first]))
    process.kill()

    until(lambda: living(tmp_path) == [])


def watchers(parent: int) -> list[int]:
    """The processes below the supervisor that run orphans.py."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(pid) for pid in children if "orphans.py" in Path(f"/proc/{pid}/cmdline").read_text()]
