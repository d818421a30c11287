"""A cluster of another host: `python -m tests.chaos.second_host NAME qcluster --name cycles`, on the same database.

Only the name by which the processes know their host is another one, which is all that the portal asks of a host.
"""

import os
import socket
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    name = sys.argv[1]
    socket.gethostname = lambda: name
    os.environ["Q_CLUSTER_NAME"] = "cycles"
    execute_from_command_line(["manage.py", *sys.argv[2:]])


if __name__ == "__main__":
    main()
