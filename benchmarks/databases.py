"""Databases of the bench: each figure has one of its own, copied from an empty portal and removed afterwards."""

import base64
import itertools
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from benchmarks.processes import Failed, told

Env = dict[str, str]
ADMINISTRATOR = ("bench", "Correct-horse-9")


class Database(Protocol):
    label: str
    version: str

    def fresh(self) -> AbstractContextManager[Env]:
        """The environment for programs that work on a new, empty portal."""

    def close(self) -> None:
        """Leave nothing behind."""


def environment(folder: Path, url: str) -> Env:
    """Nothing of the portal that may be installed here is touched: keys, files and database are the bench's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)  # compiling is no part of what a worker does
    return {
        **kept,
        "PORTAL_VAR": str(folder),
        "PORTAL_DATABASE_URL": url,
        "PORTAL_SECRET_KEY": secrets.token_urlsafe(40),
        "PORTAL_ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "PORTAL_ALLOW_PRIVATE": "1",
        "PORTAL_LOG_LEVEL": "WARNING",
    }


class Sqlite:
    label = "SQLite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._env = environment(folder, self._url("empty"))
        self.version = told("benchmarks.inside", "world", "prepare", env=self._env)["database"]
        self._numbers = itertools.count(1)

    @contextmanager
    def fresh(self) -> Iterator[Env]:
        name = f"bench{next(self._numbers)}"
        shutil.copy(self._folder / "empty.sqlite3", self._folder / f"{name}.sqlite3")
        yield {**self._env, "PORTAL_DATABASE_URL": self._url(name)}
        for path in self._folder.glob(f"{name}.sqlite3*"):
            path.unlink()

    def close(self) -> None:
        """The folder is the caller's."""

    def _url(self, name: str) -> str:
        return f"sqlite:///{self._folder / name}.sqlite3"


class Postgres:
    """Databases of its own on a server where it may make them."""

    label = "PostgreSQL"

    def __init__(self, folder: Path, server: str) -> None:
        self._server = server
        self._prefix = f"bench_{os.getpid()}"
        self._numbers = itertools.count(1)
        self._run(f"CREATE DATABASE {self._prefix}_empty")
        self._env = environment(folder, self._url(f"{self._prefix}_empty"))
        try:
            self.version = told("benchmarks.inside", "world", "prepare", env=self._env)["database"]
        except Failed:
            self.close()
            raise

    @contextmanager
    def fresh(self) -> Iterator[Env]:
        name = f"{self._prefix}_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {self._prefix}_empty")
        try:
            yield {**self._env, "PORTAL_DATABASE_URL": self._url(name)}
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        self._run(f"DROP DATABASE IF EXISTS {self._prefix}_empty WITH (FORCE)")

    def _run(self, statement: str) -> None:
        psycopg = import_module("psycopg")  # SQLite does without it
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(statement)

    def _url(self, name: str) -> str:
        return urlsplit(self._server)._replace(path=f"/{name}").geturl()


@contextmanager
def opened(folder: Path, url: str) -> Iterator[Database]:
    """`sqlite`, or the URL of a PostgreSQL server."""
    folder.mkdir()
    database: Database = Sqlite(folder) if url.startswith("sqlite") else Postgres(folder, url)
    try:
        yield database
    finally:
        database.close()
