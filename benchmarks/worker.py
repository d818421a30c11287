"""A worker process as the queue has it: it works on the job's cycle until that is over, and tells what that cost.

Started by `inside`.
"""

import argparse
import json
import re
import resource
import sys
import time
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from provisioning.choices import CycleStatus
from provisioning.connectors import all_connectors
from provisioning.gallery import all_applications
from provisioning.jobs import control, run
from provisioning.models import Cycle

OTHER_HANDS_SECONDS = 0.05


def work(job_id: int) -> None:
    """Task after task, as the tick would queue them."""
    while True:
        run.run(job_id)
        if not Cycle.objects.filter(job_id=job_id, status=CycleStatus.RUNNING, ended_at=None).exists():
            return
        time.sleep(OTHER_HANDS_SECONDS)  # what is left is in the hands of other workers


def measured(job_id: int) -> dict[str, float]:
    began, cpu = time.monotonic(), time.process_time()
    work(job_id)
    return {"seconds": time.monotonic() - began, "cpu": time.process_time() - cpu}


def memory_peak() -> float:
    """Megabytes. The kernel's own count for this program alone, where there is one."""
    status = Path("/proc/self/status")
    if not status.exists():
        unit = 2**20 if sys.platform == "darwin" else 2**10
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    found = dict(re.findall(r"(VmHWM):\s+(\d+) kB", status.read_text()))
    return int(found["VmHWM"]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("job", type=int)
    parser.add_argument(
        "--cycles", type=int, default=1, help="one after the other; each but the first is made due here"
    )
    options = parser.parse_args()
    connection.ensure_connection()
    all_connectors(), all_applications()  # read once in the life of a worker, which is many cycles long
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    cycles: list[dict[str, float]] = []
    for turn in range(options.cycles):
        if turn:
            control.sync_now(options.job, timezone.now())
        cycles.append(measured(options.job))
    told: dict[str, Any] = {"cycles": cycles, "memory_peak": memory_peak()}
    sys.stdout.write(json.dumps(told) + "\n")
