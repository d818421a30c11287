"""Named values that rows store and faces show. Spelling follows Microsoft Graph where Graph has the value."""

from enum import StrEnum


class Mode(StrEnum):
    MANUAL = "manual"
    AUTOMATIC = "automatic"


class Scope(StrEnum):
    ASSIGNED = "assigned"
    ALL = "all"


class ObjectType(StrEnum):
    USER = "User"
    GROUP = "Group"


class MappingType(StrEnum):
    DIRECT = "Attribute"
    CONSTANT = "Constant"
    EXPRESSION = "Function"
    NONE = "None"  # nothing flows; a new account gets the default


class FlowType(StrEnum):
    ALWAYS = "Always"
    ON_CREATE = "ObjectAddOnly"


class AttributeType(StrEnum):
    """attributeType of Microsoft Graph."""

    STRING = "String"
    BINARY = "Binary"
    BOOLEAN = "Boolean"
    DATE_TIME = "DateTime"
    INTEGER = "Integer"
    REFERENCE = "Reference"


class Side(StrEnum):
    """The two ends of a mapping, each with its list of attributes."""

    SOURCE = "source"
    TARGET = "target"


class Operator(StrEnum):
    """Of a clause of a scoping filter, in the capital form."""

    EQUALS = "EQUALS"
    NOT_EQUALS = "NOT EQUALS"
    IS_TRUE = "IS TRUE"
    IS_FALSE = "IS FALSE"
    IS_NULL = "IS NULL"
    IS_NOT_NULL = "IS NOT NULL"
    REGEX_MATCH = "REGEX MATCH"
    NOT_REGEX_MATCH = "NOT REGEX MATCH"
    GREATER_THAN = "GREATER_THAN"
    GREATER_THAN_OR_EQUALS = "GREATER_THAN_OR_EQUALS"
    INCLUDES = "INCLUDES"
    ENDS_WITH = "ENDS_WITH"
    IN = "&"
    NOT_IN = "!&"


class Origin(StrEnum):
    """How an account came under our care: decides whether it may ever be deleted."""

    NONE = ""
    CREATED = "created"
    ADOPTED = "adopted"


class CycleKind(StrEnum):
    INITIAL = "initial"
    INCREMENTAL = "incremental"
    PREVIEW = "preview"  # the whole walk without export; leaves entries of its own and nothing else
    RECONCILE = "reconcile"  # compares with what the target really holds


class CycleStatus(StrEnum):
    RUNNING = "running"
    STOPPED = "stopped"  # Provisioning Status was switched Off; Start resumes it
    INTERRUPTED = "interrupted"  # the target or the credentials failed as a whole; the next good try resumes it
    COMPLETED = "completed"
    SUPERSEDED = "superseded"  # the configuration changed while it ran


class Phase(StrEnum):
    """The parts of a cycle, in this order."""

    SURVEY = "survey"
    USERS = "users"
    GROUPS = "groups"
    REFERENCES = "references"
    DECIDE = "decide"
    REMOVALS = "removals"
    FINISH = "finish"


class Work(StrEnum):
    """What is done with the objects of a slice."""

    SURVEY = "survey"  # list the target
    OBJECTS = "objects"  # walk those that changed, or all
    REFERENCES = "references"  # walk those again whose reference got another account
    MEMBERS = "members"  # add members to groups, count those to be taken out
    REMOVALS = "removals"  # disable and delete what passed the guard
    MEMBER_REMOVALS = "member removals"
    SEATS = "seats"  # try again who had no seat, after the removals


class Staging(StrEnum):
    """How far a staged removal is."""

    STAGED = "staged"  # found by the running cycle, not decided yet
    PASSED = "passed"  # below the guard's limits: executed in this cycle
    HELD = "held"  # waits for a person
    APPROVED = "approved"
    REJECTED = "rejected"  # left alone until the object changes or a full pass


class Kind(StrEnum):
    """What the guard counts apart."""

    ACCOUNT = "account"
    MEMBERS = "members"


class ResetScope(StrEnum):
    """What a restart clears; synchronizationJobRestartScope of Microsoft Graph."""

    CONNECTOR_DATA_STORE = "ConnectorDataStore"
    ESCROWS = "Escrows"
    WATERMARK = "Watermark"
    QUARANTINE_STATE = "QuarantineState"
    FULL = "Full"
    FORCE_DELETES = "ForceDeletes"


class RunStatus(StrEnum):
    """How far a run of Provision on demand is."""

    QUEUED = "queued"
    WAITING = "waiting"  # the running cycle has the object in hand
    DONE = "done"


class ValidatorStatus(StrEnum):
    """How far a run of the SCIM validator is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    BROKEN = "broken"  # its worker died: it is not gone on with, and what it had created is deleted


class Action(StrEnum):
    """provisioningAction of Microsoft Graph. Enabling an account again is an update there, and here."""

    CREATE = "create"
    UPDATE = "update"
    DISABLE = "disable"
    DELETE = "delete"
    STAGED_DELETE = "stagedDelete"
    OTHER = "other"


class Status(StrEnum):
    """How an action on one object ended."""

    SUCCESS = "success"
    FAILURE = "failure"
    SKIPPED = "skipped"
    WARNING = "warning"


class StepType(StrEnum):
    IMPORT = "import"
    SCOPING = "scoping"
    MATCHING = "matching"
    PROCESSING = "processing"
    REFERENCE = "referenceResolution"
    EXPORT = "export"


class QuarantineReason(StrEnum):
    """Why a job is in quarantine, in the words of Microsoft Graph."""

    NONE = ""
    EXCEPTION = "EncounteredQuarantineException"  # the job failed as a whole
    FAILURES = "EncounteredBaseEscrowThreshold"
    TOTAL_FAILURES = "EncounteredTotalEscrowThreshold"
    PROPORTION = "EncounteredEscrowProportionThreshold"


class JobState(StrEnum):
    """The one vocabulary of status badges."""

    NOT_SET_UP = "not set up"
    STOPPED = "stopped"
    RUNNING = "running"
    HEALTHY = "healthy"
    WARNINGS = "warnings"
    HELD = "held"
    QUARANTINED = "quarantined"
    DELETING = "deleting"


class Deletion(StrEnum):
    """How far the deletion of an application is."""

    NONE = ""
    DISABLING = "disabling"  # a last cycle disables the accounts; it can still be called off
    EMPTYING = "emptying"  # everything of it goes, chunk by chunk


class AssignmentsFrom(StrEnum):
    """Where an application's assignments and roles are made."""

    HERE = "here"
    SOURCE = "source"  # at the service principal in the source of the directory


class ImportKind(StrEnum):
    """Where the records of an import come from, and how many of them."""

    SNAPSHOT = "snapshot"  # the source, read whole
    CHANGES = "changes"  # the source, since the last complete read
    FILE = "file"  # staged by whoever read the file
    CLEARING = "clearing"  # nothing comes: everything goes


class ImportPhase(StrEnum):
    """The parts of an import, in this order."""

    READ = "read"  # page after page into staged records
    JUDGE = "judge"  # whole: may it be applied?
    APPLY = "apply"  # in chunks


class ImportStatus(StrEnum):
    RUNNING = "running"
    HELD = "held"  # judged bad: nothing was changed, and a person may have it applied anyway
    COMPLETED = "completed"
    FAILED = "failed"  # not read to its end: nothing was changed
    DISCARDED = "discarded"  # another one took its place, or a person did not want it


class StagedKind(StrEnum):
    """What a staged record is about."""

    USER = "user"
    GROUP = "group"
    MEMBER = "member"
    ROLE = "role"
    ASSIGNMENT = "assignment"


class ApiScope(StrEnum):
    """What a program may do that calls the API."""

    READ = "read"
    MANAGE = "manage"


class CredentialKind(StrEnum):
    """With what a program signs in."""

    PHRASE = "phrase"  # a client secret
    CERTIFICATE = "certificate"


class FileStatus(StrEnum):
    """Of a CSV file on its way into the directory."""

    UPLOADED = "uploaded"  # its columns are being chosen
    READING = "reading"
    READ = "read"  # a person decides whether it is applied
    APPLIED = "applied"  # handed to its import
    BROKEN = "broken"  # could not be read: nothing was changed
    PUT_AWAY = "put away"


class NoticeKind(StrEnum):
    """What people are told of. All but TOAST are sent by mail and webhook as well."""

    CYCLE_FAILED = "cycle-failed"  # objects failed for a reason that was not told yet
    QUARANTINED = "quarantined"
    RECOVERED = "recovered"  # a quarantine has ended
    GIVEN_UP = "given-up"
    HELD = "held"
    SOURCE_INCOMPLETE = "source-incomplete"
    IMPORT_HELD = "import-held"
    EXPIRES = "expires"  # a secret or certificate
    TOAST = "toast"  # what a person's own act led to
