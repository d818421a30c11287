"""The import contracts hold, and each is seen to fail when an import breaks it."""

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = {
    contract["id"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}
# By contract: a file, and an import it must not have.
OFFENCES = {
    "layers": ("provisioning/records.py", "import provisioning.models"),
    "heart": ("provisioning/engine/ports.py", "import django.db"),
    "site": ("portal/supervisor/child.py", "import provisioning.texts"),
    "stand-in": ("provisioning/tasks.py", "import provisioning.sandbox"),
    "queue": ("provisioning/jobs/due.py", "import django_q.tasks"),
}
PURE = {"engine", "connectors", "directory", "wire", "expressions", "records", "errors", "choices", "texts"}


def lint(folder: Path, contract: str | None = None) -> subprocess.CompletedProcess[str]:
    """Runs import-linter over the tree in `folder`, all contracts or one."""
    chosen = ["--contract", contract] if contract else []
    argv = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"]
    return subprocess.run(
        [*argv, "--no-cache", "--no-logo", *chosen], cwd=folder, capture_output=True, text=True, check=False
    )


@contextmanager
def spoilt(file: Path, offence: str) -> Iterator[None]:
    source = file.read_text()
    file.write_text(f"{source}\n{offence}\n")
    try:
        yield
    finally:
        file.write_text(source)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source that may be spoilt."""
    folder = tmp_path_factory.mktemp("tree")
    for package in ("portal", "provisioning"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_contracts_hold(tree: Path) -> None:
    result = lint(tree)

    assert result.returncode == 0, result.stdout + result.stderr


def test_every_contract_has_an_offence() -> None:
    assert set(OFFENCES) == set(CONTRACTS)


@pytest.mark.parametrize("contract", OFFENCES)
def test_a_contract_fails_when_an_import_breaks_it(tree: Path, contract: str) -> None:
    file, offence = OFFENCES[contract]

    with spoilt(tree / file, offence):
        result = lint(tree, contract)

    assert result.returncode == 1
    assert f"{CONTRACTS[contract]['name']} BROKEN" in result.stdout
    assert offence.removeprefix("import ").partition(".")[0] in result.stdout


def test_the_stand_in_imports_nothing_of_the_rest(tree: Path) -> None:
    with spoilt(tree / "provisioning/sandbox/__init__.py", "import provisioning.texts"):
        result = lint(tree, "layers")

    assert "provisioning.sandbox is not allowed to import provisioning.texts" in result.stdout


def test_every_module_has_its_layer() -> None:
    placed = " ".join(CONTRACTS["layers"]["layers"]).replace("(", "").replace(")", "").split()
    modules = {
        f"{package}.{path.stem}"
        for package in ("portal", "provisioning")
        for path in (ROOT / package).iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }

    assert modules - set(placed) - {"portal.__init__", "provisioning.__init__", "provisioning.migrations"} == set()


def test_every_part_of_the_heart_that_exists_is_kept_from_django() -> None:
    there = {f"provisioning.{part}" for part in PURE if list((ROOT / "provisioning").glob(f"{part}*"))}

    assert set(CONTRACTS["heart"]["source_modules"]) == there
