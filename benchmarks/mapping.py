"""How many users a second of CPU the mapping gets through."""

import json
import sys
import time
from datetime import UTC, datetime

from provisioning.choices import ObjectType
from provisioning.connectors.base import TargetAttribute, TargetSchema
from provisioning.engine.mapping import map_values
from provisioning.engine.values import Facts
from provisioning.records import ObjectRules, Rule, SourceObject

TURNS = 50_000
# As wide as the mapping that Microsoft's SCIM applications begin with.
NAMES = (
    "userPrincipalName", "displayName", "jobTitle", "mail", "preferredLanguage", "givenName", "surname", "city",
    "country", "postalCode", "state", "streetAddress", "telephoneNumber", "mobile", "mailNickname", "employeeId",
    "department", "companyName", "physicalDeliveryOfficeName",
)  # fmt: skip

SCHEMA = TargetSchema(name="User", attributes=tuple(TargetAttribute(name=f"target.{name}") for name in NAMES))


def main() -> None:
    rules = ObjectRules(
        type=ObjectType.USER, rules=tuple(Rule(target=f"target.{name}", source=name, matching=0) for name in NAMES)
    )
    source = SourceObject(
        key=1,
        id="00000000-0000-4000-8000-000000000001",
        type=ObjectType.USER,
        label="Bench Person",
        attributes={name: f"value of {name}" for name in NAMES},
    )
    facts = Facts(now=datetime.now(UTC))
    cpu = time.process_time()
    for _ in range(TURNS):
        map_values(rules, source, SCHEMA, facts, creating=True)
    spent = time.process_time() - cpu
    sys.stdout.write(json.dumps({"users_a_second": TURNS / spent, "rows": len(NAMES)}) + "\n")


if __name__ == "__main__":
    main()
