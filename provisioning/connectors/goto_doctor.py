"""What was assumed of GoTo, held against a real account: by reads, and by requests that GoTo refuses.

With a throw-away address one user is created, suspended and deleted again. Each finding bears the id of its line in
`docs/goto.md`; what no program can tell stands in `goto_assumptions`.
"""

from collections.abc import Iterator

from provisioning.connectors import goto_doctor_reads, goto_doctor_scim, goto_doctor_tries
from provisioning.connectors.goto import GoTo
from provisioning.connectors.goto_probe import Finding, Probe, run
from provisioning.errors import Rejected
from provisioning.texts import gettext_noop, say

IN_USE = gettext_noop("%(address)s is in use; give one that is not.")
TRIED = (
    *goto_doctor_tries.CREATES,
    *goto_doctor_tries.REFUSALS,
    *goto_doctor_tries.LICENCES,
    "seats-exceeded",
    *goto_doctor_scim.CHANGES,
    "delete-answer",
)
"""What needs the throw-away user."""


class Doctor:
    """Looks at one account through a connector whose connection test has passed."""

    def __init__(self, target: GoTo) -> None:
        self._target = target
        self._probe = Probe(target)

    def look(self) -> Iterator[Finding]:
        """Everything that can be told while nothing is changed."""
        yield from run(goto_doctor_reads.reads(self._probe))
        yield from run(goto_doctor_scim.reads(self._probe))

    def try_out(self, address: str) -> Iterator[Finding]:
        """Create somebody with this address, suspend and delete them. Raises Rejected when the address is in use."""
        if self._target.find(goto_doctor_tries.PERSON, "email", address):
            raise Rejected(say(IN_USE, address=address))
        person = {"email": address, "firstName": "Throw", "lastName": "Away"}
        key = self._target.create(goto_doctor_tries.PERSON, person)
        try:
            yield from run(goto_doctor_tries.tries(self._probe, key, address))
            yield from run(goto_doctor_scim.tries(self._probe, address))
        finally:
            end = goto_doctor_tries.deleted(self._probe, key)
        yield from end
