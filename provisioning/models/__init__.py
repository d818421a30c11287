"""Rows and their own rules, one file per noun."""

from provisioning.models.activity import Activity, ActivityExchange, PreviewEntry
from provisioning.models.activity_count import ActivityCount
from provisioning.models.api_client import ApiClient, ApiCredential, UsedAssertion
from provisioning.models.application import AppRole, EnterpriseApplication
from provisioning.models.assignment import Assignment
from provisioning.models.bulk_operation import BulkOperation
from provisioning.models.configuration_version import ConfigurationVersion
from provisioning.models.credentials import Credentials
from provisioning.models.csv_import import CsvImport, CsvProblem
from provisioning.models.custom_attribute import CustomAttribute
from provisioning.models.cycle import Cycle, Slice
from provisioning.models.detached import DetachedAccount
from provisioning.models.directory import Directory
from provisioning.models.directory_import import Import, StagedRecord
from provisioning.models.group import Group, Membership
from provisioning.models.job import ProvisioningJob
from provisioning.models.mail import Mail
from provisioning.models.mapping import AttributeMapping, ObjectMapping
from provisioning.models.notice import Notice, NoticeReading
from provisioning.models.notification_settings import NotificationSettings
from provisioning.models.object_state import MemberLink, ObjectStateRow
from provisioning.models.on_demand import OnDemandRun
from provisioning.models.owner import ApplicationOwner
from provisioning.models.preference import Preference, SavedView
from provisioning.models.reserved_value import ReservedValue
from provisioning.models.scoping import ScopingFilterRow
from provisioning.models.staged_removal import StagedRemoval
from provisioning.models.survey import SurveyRow
from provisioning.models.user import User
from provisioning.models.validator_run import ValidatorRun
from provisioning.models.webhook_delivery import WebhookDelivery
from provisioning.models.worker import Beat

__all__ = [
    "Activity",
    "ActivityCount",
    "ActivityExchange",
    "ApiClient",
    "ApiCredential",
    "AppRole",
    "ApplicationOwner",
    "Assignment",
    "AttributeMapping",
    "Beat",
    "BulkOperation",
    "ConfigurationVersion",
    "Credentials",
    "CsvImport",
    "CsvProblem",
    "CustomAttribute",
    "Cycle",
    "DetachedAccount",
    "Directory",
    "EnterpriseApplication",
    "Group",
    "Import",
    "Mail",
    "MemberLink",
    "Membership",
    "Notice",
    "NoticeReading",
    "NotificationSettings",
    "ObjectMapping",
    "ObjectStateRow",
    "OnDemandRun",
    "Preference",
    "PreviewEntry",
    "ProvisioningJob",
    "ReservedValue",
    "SavedView",
    "ScopingFilterRow",
    "Slice",
    "StagedRecord",
    "StagedRemoval",
    "SurveyRow",
    "UsedAssertion",
    "User",
    "ValidatorRun",
    "WebhookDelivery",
]
