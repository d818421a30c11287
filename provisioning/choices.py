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


class FlowType(StrEnum):
    ALWAYS = "Always"
    ON_CREATE = "ObjectAddOnly"


class Origin(StrEnum):
    """How an account came under our care: decides whether it may ever be deleted."""

    NONE = ""
    CREATED = "created"
    ADOPTED = "adopted"


class CycleKind(StrEnum):
    INITIAL = "initial"
    INCREMENTAL = "incremental"


class CycleStatus(StrEnum):
    RUNNING = "running"
    STOPPED = "stopped"  # Provisioning Status was switched Off; Start resumes it
    INTERRUPTED = "interrupted"  # the target or the credentials failed as a whole; the next good try resumes it
    COMPLETED = "completed"
    SUPERSEDED = "superseded"  # the configuration changed while it ran


class Phase(StrEnum):
    """The parts of a cycle, in this order."""

    USERS = "users"
    FINISH = "finish"


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
    EXPORT = "export"


class QuarantineReason(StrEnum):
    """Why a job is in quarantine; the value Microsoft Graph uses for whole-job failures."""

    NONE = ""
    EXCEPTION = "EncounteredQuarantineException"


class JobState(StrEnum):
    """The one vocabulary of status badges."""

    NOT_SET_UP = "not set up"
    STOPPED = "stopped"
    RUNNING = "running"
    HEALTHY = "healthy"
    WARNINGS = "warnings"
    QUARANTINED = "quarantined"
