"""Every application of the gallery fits its connector and the directory; and Citrix GoToMeeting is as it should be."""

from collections.abc import Iterable

import pytest

from provisioning import gallery
from provisioning.choices import MappingType, ObjectType
from provisioning.connectors import connector_class, scim_profile
from provisioning.connectors.goto_values import ADMIN_ROLES
from provisioning.directory.attributes import ATTRIBUTES, GROUP_REFERENCES, USER_REFERENCES
from provisioning.expressions.language import compile_expression
from provisioning.gallery import GalleryApplication
from provisioning.records import Rule

APPLICATIONS = gallery.all_applications()
BY_SCIM = [each for each in APPLICATIONS if each.connector == "scim" and not each.title]
USER = ObjectType.USER


def sources(rule: Rule) -> Iterable[str]:
    """The attributes of the directory that a row reads."""
    if rule.type is MappingType.EXPRESSION:
        return compile_expression(rule.source).attributes
    return [rule.source] if rule.type is MappingType.DIRECT else []


@pytest.mark.parametrize("each", APPLICATIONS, ids=lambda each: each.key)
def test_an_application_fits_its_connector_and_the_directory(each: GalleryApplication) -> None:
    connector = connector_class(each.connector)
    assert each.mappings

    for type_, mapping in each.mappings.items():
        schema = connector.schemas[type_]
        targets = [rule.target for rule in mapping.rules]
        assert len(targets) == len(set(targets))
        assert {attribute.name for attribute in schema.attributes if attribute.required} <= set(targets)
        assert [rule.matching for rule in mapping.matching] == list(range(1, len(mapping.matching) + 1))
        for rule in mapping.rules:
            attribute = schema.attribute(rule.target)
            assert attribute, f"{rule.target} is not in the schema"
            assert attribute.can_match or not rule.matching
            assert set(sources(rule)) <= {*ATTRIBUTES[type_], *(USER_REFERENCES | GROUP_REFERENCES)}
            assert rule.required or not attribute.required


@pytest.mark.parametrize("each", APPLICATIONS, ids=lambda each: each.key)
def test_an_application_says_who_it_is_and_what_is_only_assumed(each: GalleryApplication) -> None:
    values = [role.value for role in each.roles]

    assert all((each.name, each.publisher, each.category, each.description))
    assert len(values) == len(set(values))
    assert all(role.label for role in each.roles)
    assert all(assumption.text and assumption.source for assumption in each.assumptions)
    assert bool(each.roles) or not each.role_required


def test_citrix_gotomeeting_has_the_mapping_of_the_tutorial() -> None:
    app = gallery.application("citrix_gotomeeting")
    mapping = app.mappings[USER]

    assert list(app.mappings) == [USER]
    assert [(rule.source, rule.target, rule.matching) for rule in mapping.rules] == [
        ("userPrincipalName", "email", 1),
        ("givenName", "firstName", 0),
        ("surname", "lastName", 0),
        ("preferredLanguage", "locale", 0),
        ("appRoleAssignments", "licenseKeys", 0),
    ]
    assert (mapping.create, mapping.update, mapping.delete) == (True, True, False)


def test_citrix_gotomeeting_has_its_roles_and_names_what_was_never_tried() -> None:
    app = gallery.application("citrix_gotomeeting")

    assert app.name == "Citrix GoToMeeting"
    values = [role.value for role in app.roles]
    assert values[:4] == ["GoToMeeting", "GoToWebinar", "GoToTraining", "OpenVoice"]
    assert set(values[4:]) <= ADMIN_ROLES
    assert app.role_required
    assert any("never tried" in assumption.text for assumption in app.assumptions)


def test_who_looks_for_gotomeeting_chooses_between_its_interfaces() -> None:
    admin_api, scim = gallery.interfaces(gallery.application("citrix_gotomeeting"))

    assert (admin_api.connector, scim.connector) == ("goto", "goto_scim")
    assert gallery.interfaces(scim) == (admin_api, scim)
    assert all(each.interface and each.interface_help for each in (admin_api, scim))
    assert scim not in gallery.search("")


@pytest.mark.parametrize("each", APPLICATIONS, ids=lambda each: each.key)
def test_a_profile_comes_only_with_a_connector_that_has_profiles(each: GalleryApplication) -> None:
    assert connector_class(each.connector).has_profile or not each.profile


@pytest.mark.parametrize("each", BY_SCIM, ids=lambda each: each.key)
def test_every_claim_of_a_scim_application_has_source_and_date(each: GalleryApplication) -> None:
    claimed = {name for claim in each.limits for name in claim.settings}
    assumed = {"patch.value_paths", "discovery"} if each.assumptions else set()
    default = scim_profile.Profile().settings()

    assert each.never_tried
    assert all((each.limits, each.assumptions, each.roles))
    assert all(claim.text and claim.source and claim.date for claim in (*each.limits, *each.assumptions))
    assert claimed <= set(each.profile) <= claimed | assumed
    assert {"tenant_url"} < set(each.credentials) <= {setting.name for setting in connector_class("scim").settings}
    assert all(wording.help for wording in each.credentials.values())
    assert [name for name, value in each.profile.items() if value == default[name]] == []
    users = each.mappings[USER]
    assert {"userName", *({"active"} if users.update else ())} <= {rule.target for rule in users.rules}
    assert not scim_profile.faults(each.profile)


def test_the_gallery_has_the_scim_applications_that_were_studied() -> None:
    assert {
        *("aws_iam_identity_center", "slack", "salesforce", "github_emu", "gitlab", "atlassian_cloud", "zoom"),
        *("databricks", "snowflake", "cisco_webex", "sentry", "miro", "keycloak", "jfrog", "launchdarkly", "pulumi"),
        *("zitadel", "fusionauth", "pingdirectory", "wso2_identity_server", "vmware_vcenter"),
        *("egnyte", "peakon", "logfire"),
    } <= {each.key for each in APPLICATIONS}


def test_ones_own_application_has_the_mapping_that_microsoft_gives_it() -> None:
    app = gallery.application("scim")
    users, groups = app.mappings[USER], app.mappings[ObjectType.GROUP]

    assert (app.name, app.shown_name) == ("customappsso", "Create your own application")
    assert [rule.target for rule in users.matching] == ["userName"]
    assert len(users.rules) == 21
    assert ('Switch([IsSoftDeleted], , "False", "True", "True", "False")', "active") in [
        (rule.source, rule.target) for rule in users.rules
    ]
    assert [(rule.source, rule.target) for rule in groups.rules] == [
        ("displayName", "displayName"),
        ("members", "members"),
        ("objectId", "externalId"),
    ]


def test_an_unknown_application_is_told() -> None:
    with pytest.raises(LookupError, match="fax"):
        gallery.application("fax")


@pytest.mark.parametrize("text", ["Citrix GoToMeeting", "gotomeeting", "CITRIX", "goto  citrix", "webinar", "go", ""])
def test_a_search_finds_by_every_word(text: str) -> None:
    assert "citrix_gotomeeting" in [each.key for each in gallery.search(text)]


@pytest.mark.parametrize("text", ["citrix fax", "zzz"])
def test_a_search_wants_every_word(text: str) -> None:
    assert "citrix_gotomeeting" not in [each.key for each in gallery.search(text)]
