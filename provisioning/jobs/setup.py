"""An enterprise application from the gallery: its roles, its job and its default mappings, all or nothing."""

from itertools import count

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from portal.accounts.audit import Doer, record
from provisioning import gallery
from provisioning.connectors import connector_class
from provisioning.models import (
    AppRole,
    AttributeMapping,
    Directory,
    EnterpriseApplication,
    ObjectMapping,
    ProvisioningJob,
)

ADD = gettext_noop("Add application")
MOST_NAME = 120
"""Characters of an application's name."""


class NameTaken(Exception):
    """Another application has this name, whatever its capital letters."""


def add_application(template: gallery.GalleryApplication, display_name: str, by: Doer) -> EnterpriseApplication:
    """As `create_application`, with an entry in the audit trail. Raises NameTaken, also when somebody is quicker."""
    try:
        with transaction.atomic():
            application = create_application(template, display_name)
            record(by, ADD, application, new={"gallery": template.key})
    except IntegrityError:
        if same_name(display_name):
            raise NameTaken from None
        raise
    return application


def same_name(display_name: str) -> EnterpriseApplication | None:
    """The application that has this name already, if there is one."""
    return EnterpriseApplication.objects.filter(display_name__iexact=display_name).first()


def free_name(wanted: str) -> str:
    """The name itself, or with the first number behind it that is free."""
    taken = {
        name.casefold()
        for name in EnterpriseApplication.objects.filter(display_name__istartswith=wanted).values_list(
            "display_name", flat=True
        )
    }
    numbered = (f"{wanted} {number}" for number in count(2))
    return wanted if wanted.casefold() not in taken else next(name for name in numbered if name.casefold() not in taken)


@transaction.atomic
def create_application(template: gallery.GalleryApplication, display_name: str) -> EnterpriseApplication:
    """The name must be free; the model's validation says so in a form, the database here."""
    directory = Directory.objects.the_one()
    number = directory.take()
    application = EnterpriseApplication.objects.create(
        directory=directory, display_name=display_name, gallery_key=template.key
    )
    AppRole.objects.bulk_create(
        AppRole(application=application, value=each.value, label=each.label, order=order, change=number)
        for order, each in enumerate(template.roles, 1)
    )
    add_default_mappings(ProvisioningJob.objects.create(application=application))
    return application


def add_default_mappings(job: ProvisioningJob) -> None:
    """The mappings the gallery brings; the job must have none of these object types."""
    template = job.application.template
    connector = connector_class(template.connector)
    for default in template.mappings.values():
        mapping = ObjectMapping.objects.create(
            job=job,
            object_type=default.type,
            target_object=connector.schemas[default.type].name,
            create_objects=default.create,
            update_objects=default.update,
            delete_objects=default.delete,
        )
        AttributeMapping.objects.bulk_create(
            AttributeMapping(
                mapping=mapping,
                target=rule.target,
                type=rule.type,
                source=rule.source,
                default=rule.default,
                matching=rule.matching,
                flow=rule.flow,
                required=rule.required,
                order=order,
            )
            for order, rule in enumerate(default.rules, 1)
        )


@transaction.atomic
def restore_default_mappings(job_id: int) -> ProvisioningJob:
    """Back to how they came from the gallery; a full pass follows. Links to accounts are kept."""
    job = ProvisioningJob.objects.select_for_update(no_key=True).select_related("application").get(pk=job_id)
    job.mappings.all().delete()
    add_default_mappings(job)
    job.reconfigured()
    job.save()
    return job
