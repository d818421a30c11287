"""Everything between "installed" and "can be started": database, files, translations, first administrator, demo."""

import hashlib
from collections.abc import Callable
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.catalogs import compile_all
from provisioning import tasks

Tell = Callable[[str], object]


def prepare(tell: Tell) -> str:
    """Does what is still to do and says what it did. Returns the first administrator's name and password, once.

    Raises CommandError when the database cannot be opened.
    """
    Path(settings.VAR_DIR).mkdir(mode=0o700, parents=True, exist_ok=True)
    _open_database()
    _migrate(tell)
    _collect_static(tell)
    compile_all(settings.BASE_DIR / "locale", settings.VAR_DIR / "locale")
    if settings.PORTAL_SANDBOX:
        call_command("load_demo")
    tasks.keep_net()
    administrator = StringIO()
    call_command("create_administrator", stdout=administrator)
    return administrator.getvalue()


def _open_database() -> None:
    try:
        connections[DEFAULT_DB_ALIAS].ensure_connection()
    except OperationalError as error:
        raise CommandError(_("The database cannot be opened: %(reason)s") % {"reason": error}) from None


def _migrate(tell: Tell) -> None:
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        text = ngettext("Database: %(count)s step to take.", "Database: %(count)s steps to take.", len(plan))
        tell(text % {"count": len(plan)})
        call_command("migrate", interactive=False, verbosity=0)


def _collect_static(tell: Tell) -> None:
    """Only when a file has changed: hashing and compressing all of them takes longer than the rest of a start."""
    note = Path(settings.STATIC_ROOT) / ".collected"
    found = _static_fingerprint()
    if note.exists() and note.read_text() == found:
        return
    tell(_("Static files: collecting."))
    # Cleared, since collectstatic keeps a file whose copy is not older: one brought back from last week would not come.
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    note.write_text(found)


def _static_fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = Path(storage.path(path)).stat()
            digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
