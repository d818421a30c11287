"""First-run keys: `python -m portal.keys` writes them where the settings read them, unless there are some already.

Runs before Django can: the settings refuse to load without a key.
"""

import base64
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

NAMES = ("PORTAL_SECRET_KEY", "PORTAL_ENCRYPTION_KEYS")


def write_first_keys(folder: Path, environ: Mapping[str, str]) -> Path | None:
    """Writes `secrets.env`, readable by its owner only; returns it, or None when nothing had to be written.

    The file is created exclusively: of two starts at once, one writes and both read the same keys.
    """
    path = folder / "secrets.env"
    if all(environ.get(name) for name in NAMES):
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return None
    with os.fdopen(handle, "w") as file:
        file.write(
            "# Made at the first start. Keep a copy: without the encryption key saved credentials cannot be read.\n"
            f"PORTAL_SECRET_KEY={secrets.token_urlsafe(50)}\n"
            f"PORTAL_ENCRYPTION_KEYS={base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}\n"
        )
        file.flush()
        os.fsync(file.fileno())
    return path


def main() -> None:
    folder = Path(os.environ.get("PORTAL_VAR") or Path(__file__).resolve().parent.parent / "var")
    try:
        path = write_first_keys(folder, os.environ)
    except OSError as error:
        sys.exit(f"The first-run keys cannot be written to {folder}: {error.strerror}.")
    if path:
        sys.stdout.write(f"Wrote the first keys to {path}. Keep a copy of this file.\n")


if __name__ == "__main__":
    main()
