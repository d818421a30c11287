"""The provisioning logs as files, made while they are sent: three CSV files in a zip, or one of JSON."""

import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from typing import Any

from django.db.models import QuerySet

from provisioning.directory.csvfile_writing import table
from provisioning.jobs.keyset import NEWEST, page_of
from provisioning.models import Activity
from provisioning.reports.entries_json import entry_json

CHUNK = 500
"""So many entries are in memory at once."""

Line = Sequence[object]
NAME = "ProvisioningLogs"
HEADER = (
    "id", "activityDateTime", "tenantId", "jobId", "cycleId", "changeId", "provisioningAction",
    "durationInMilliseconds", "status", "errorCode", "reason", "additionalDetails", "recommendedAction",
    "sourceIdentityId", "sourceIdentityDisplayName", "sourceIdentityType", "sourceUserPrincipalName",
    "targetIdentityId", "targetIdentityDisplayName", "targetIdentityType", "sourceSystemId", "sourceSystemDisplayName",
    "targetSystemId", "targetSystemDisplayName", "servicePrincipalId", "servicePrincipalDisplayName", "initiatedBy",
)  # fmt: skip
STEPS = ("id", "changeId", "number", "name", "description", "provisioningStepType", "status", "details")
PROPERTIES = ("id", "changeId", "displayName", "oldValue", "newValue")


def json_file(rows: QuerySet[Activity]) -> Iterator[bytes]:
    """One array in Microsoft's form, without spaces."""
    yield b"["
    for number, entry in enumerate(_entries(rows)):
        text = json.dumps(entry, separators=(",", ":"), ensure_ascii=False)
        yield (f",{text}" if number else text).encode()
    yield b"]"


def csv_files(rows: QuerySet[Activity]) -> Iterator[bytes]:
    """A zip of three files, joined by the id of entry and change; each goes through the entries once."""
    out = _Out()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, header, lines in FILES:
            with archive.open(f"{name}.csv", "w", force_zip64=True) as file:
                for piece in table(header, (line for entry in _entries(rows) for line in lines(entry))):
                    file.write(piece.encode())
                    yield out.taken()
    yield out.taken()


def _entries(rows: QuerySet[Activity]) -> Iterator[dict[str, Any]]:
    """All of them, newest first, page by page: no query stays open while somebody's line is slow."""
    wanted = rows.select_related("job__application__directory", "cycle")
    query: dict[str, str] = {}
    while True:
        page = page_of(wanted, query, CHUNK, NEWEST)
        yield from map(entry_json, page.rows)
        if not page.older:
            return
        query = {"older": page.older}


def _summary(entry: dict[str, Any]) -> Iterator[Line]:
    source, target, info = entry["sourceIdentity"], entry["targetIdentity"], entry["provisioningStatusInfo"]
    error = info["errorInformation"] or {}
    plain = ("id", "activityDateTime", "tenantId", "jobId", "cycleId", "changeId", "provisioningAction")
    yield (
        *(entry[name] for name in plain),
        entry["durationInMilliseconds"],
        info["status"],
        *(error.get(name) for name in ("errorCode", "reason", "additionalDetails", "recommendedAction")),
        *(source[name] for name in ("id", "displayName", "identityType")),
        source["details"].get("UserPrincipalName"),
        *(target[name] for name in ("id", "displayName", "identityType")),
        *(entry[system][name] for system in ("sourceSystem", "targetSystem") for name in ("id", "displayName")),
        entry["servicePrincipal"]["id"],
        entry["servicePrincipal"]["displayName"],
        entry["initiatedBy"]["displayName"],
    )


def _steps(entry: dict[str, Any]) -> Iterator[Line]:
    for number, step in enumerate(entry["provisioningSteps"], start=1):
        details = json.dumps(step["details"], ensure_ascii=False) if step["details"] else ""
        told = (step[name] for name in ("name", "description", "provisioningStepType", "status"))
        yield entry["id"], entry["changeId"], number, *told, details


def _properties(entry: dict[str, Any]) -> Iterator[Line]:
    for each in entry["modifiedProperties"]:
        yield entry["id"], entry["changeId"], each["displayName"], each["oldValue"], each["newValue"]


FILES: tuple[tuple[str, Sequence[str], Callable[[dict[str, Any]], Iterator[Line]]], ...] = (
    (NAME, HEADER, _summary),
    (f"{NAME}_ProvisioningSteps", STEPS, _steps),
    (f"{NAME}_ModifiedProperties", PROPERTIES, _properties),
)


class _Out(BytesIO):
    """Where the archive is written to; what was written is taken out, so that it never grows."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise OSError("An archive that is sent has no places to go back to.")

    def taken(self) -> bytes:
        written = self.getvalue()
        self.seek(0)
        self.truncate()
        return written
