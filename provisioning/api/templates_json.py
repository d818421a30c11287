"""The gallery as Microsoft's applicationTemplates and synchronizationTemplates."""

import uuid
from typing import Any

from provisioning.connectors import connector_class
from provisioning.gallery import GalleryApplication
from provisioning.models import EnterpriseApplication

GALLERY = uuid.UUID("5c0f7c22-8c1b-5d7e-9d6a-2f6d3b1f0a11")
"""Ids of templates are made from their keys below this one, so that they are the same in every portal."""


def template_id(template: GalleryApplication) -> uuid.UUID:
    return uuid.uuid5(GALLERY, template.key)


def application_template_json(template: GalleryApplication) -> dict[str, Any]:
    """An application of the gallery as applicationTemplate."""
    return {
        "id": str(template_id(template)),
        "displayName": template.name,
        "publisher": template.publisher,
        "description": template.description,
        "categories": [template.category],
        "homePageUrl": None,
        "logoUrl": None,
        "supportedProvisioningTypes": ["sync"],
        "supportedSingleSignOnModes": [],
    }


def template_json(application: EnterpriseApplication) -> dict[str, Any]:
    """The one synchronizationTemplate of an application."""
    template = application.template
    metadata = {
        "GalleryApplicationIdentifier": str(template_id(template)),
        "GalleryApplicationKey": template.key,
        "IsOAuthEnabled": str(bool(connector_class(template.connector).consent_method)),
        "IsSynchronizationAgentAssignmentRequired": "False",
        "IsSynchronizationAgentRequired": "False",
        "IsSynchronizationInPreview": "False",
    }
    return {
        "id": template.key,
        "applicationId": str(application.application_id),
        "default": True,
        "description": template.description,
        "discoverable": True,
        "factoryTag": template.connector,
        "metadata": [{"key": key, "value": value} for key, value in metadata.items()],
    }
