"""The stand-in's command line: `python -m provisioning.sandbox --port 8001 --data var/sandbox.sqlite3`."""

import argparse
import os
from pathlib import Path

import django
from django.utils.module_loading import import_string


def main() -> None:
    chosen = _chosen()
    os.environ["DJANGO_SETTINGS_MODULE"] = "provisioning.sandbox.settings"
    os.environ["SANDBOX_DATA"] = str(chosen.data)
    os.environ["SANDBOX_EMPTY"] = "1" if chosen.empty else "0"
    os.environ["SANDBOX_SEATS"] = str(chosen.seats)
    django.setup()
    serve = import_string("provisioning.sandbox.start.serve")  # only now: it needs the settings
    serve(chosen.port, chosen.data)


def _chosen() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m provisioning.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8001, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--data", type=Path, default=Path("sandbox.sqlite3"), help="SQLite file, made if missing")
    parser.add_argument("--empty", action="store_true", help="demo data without ordinary accounts")
    parser.add_argument("--seats", type=int, default=150, help="seats of the GoToMeeting licence in the demo data")
    return parser.parse_args()


if __name__ == "__main__":
    main()
