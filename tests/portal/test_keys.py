"""First-run keys are written once, for their owner only, and never over what is there."""

import stat
import subprocess
import sys
from pathlib import Path

from cryptography.fernet import Fernet

from portal.keys import write_first_keys

BOTH = {"PORTAL_SECRET_KEY": "a", "PORTAL_ENCRYPTION_KEYS": "b"}


def read(path: Path) -> dict[str, str]:
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_the_first_start_writes_a_key_of_each_kind(tmp_path: Path) -> None:
    path = write_first_keys(tmp_path / "var", {})

    assert path == tmp_path / "var/secrets.env"
    keys = read(path)
    assert set(keys) == set(BOTH)
    assert len(keys["PORTAL_SECRET_KEY"]) >= 50
    assert Fernet(keys["PORTAL_ENCRYPTION_KEYS"]).encrypt(b"secret")


def test_only_the_owner_can_read_the_keys(tmp_path: Path) -> None:
    path = write_first_keys(tmp_path / "var", {})

    assert path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_second_start_keeps_the_keys(tmp_path: Path) -> None:
    path = write_first_keys(tmp_path, {})
    assert path
    before = path.read_text()

    assert write_first_keys(tmp_path, {}) is None
    assert path.read_text() == before


def test_nothing_is_written_when_the_environment_has_both_keys(tmp_path: Path) -> None:
    assert write_first_keys(tmp_path, BOTH) is None
    assert list(tmp_path.iterdir()) == []


def test_one_key_in_the_environment_is_not_enough(tmp_path: Path) -> None:
    assert write_first_keys(tmp_path, {"PORTAL_SECRET_KEY": "a"})


def test_of_many_starts_at_once_one_writes(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "portal.keys"]
    env = {"PORTAL_VAR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
    starts = [subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, text=True) for _ in range(5)]

    told = [start.communicate()[0] for start in starts]

    assert [start.returncode for start in starts] == [0] * 5
    assert sum("Wrote the first keys" in text for text in told) == 1
    assert set(read(tmp_path / "secrets.env")) == set(BOTH)


def test_a_folder_that_cannot_be_written_is_a_sentence_and_not_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    env = {"PORTAL_VAR": str(tmp_path / "file/var"), "PYTHONPATH": str(Path(__file__).parents[2])}

    start = subprocess.run([sys.executable, "-m", "portal.keys"], env=env, capture_output=True, text=True, check=False)

    assert start.returncode == 1
    assert start.stderr == f"The first-run keys cannot be written to {tmp_path / 'file/var'}: Not a directory.\n"
