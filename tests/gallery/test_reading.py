"""A slip in an application's file is told with its place."""

from pathlib import Path

import pytest

from provisioning.choices import FlowType, MappingType, ObjectType
from provisioning.gallery.reading import read
from provisioning.wire.settings import Setting

GOOD = """
name = "Contoso Fax"
publisher = "Contoso"
category = "Tests"
description = "Sends faxes."
connector = "memory"
tags = ["paper"]
[[roles]]
value = "Sender"
label = "Sender"
[mappings.User]
delete = false
[[mappings.User.rows]]
target = "userName"
source = "userPrincipalName"
matching = 1
required = true
default = "nobody"
[[mappings.User.rows]]
target = "mail"
constant = "fax@contoso.example"
flow = "ObjectAddOnly"
[[assumptions]]
text = "Paper is at hand."
source = "Hope"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "contoso_fax.toml"


def test_a_good_file_is_read_whole(file: Path) -> None:
    file.write_text(GOOD)

    app = read(file)

    mapping = app.mappings[ObjectType.USER]
    matching, constant = mapping.rules
    assert (app.key, app.name, app.tags, app.role_required) == ("contoso_fax", "Contoso Fax", ("paper",), False)
    assert (mapping.create, mapping.update, mapping.delete) == (True, True, False)
    assert (matching.type, matching.source, matching.default, matching.matching, matching.required) == (
        MappingType.DIRECT,
        "userPrincipalName",
        "nobody",
        1,
        True,
    )
    assert (constant.type, constant.source, constant.flow) == (
        MappingType.CONSTANT,
        "fax@contoso.example",
        FlowType.ON_CREATE,
    )
    assert (app.roles[0].label, app.assumptions[0].text) == ("Sender", "Paper is at hand.")


def test_a_file_says_what_limits_it_and_names_its_credentials(file: Path) -> None:
    limits = '[[limits]]\ntext = "Slow."\nsource = "Its maker"\ndate = "2026"\nsettings = ["rate"]\n'
    file.write_text(f'{GOOD}{limits}[credentials.token]\nhelp = "On the back."\n')

    app = read(file)

    token, other = app.worded(Setting(name=name, label="Token", help="?") for name in ("token", "x"))
    assert [claim.text for claim in app.claims_for("rate")] == ["Slow."]
    assert app.claims_for("etag") == []
    assert (token.label, token.help, other.help) == ("Token", "On the back.", "?")


def test_a_file_may_hold_expressions_and_a_profile(file: Path) -> None:
    profile = "[profile]\nrate = 5\n[profile.members]\nchunk = 50\n"
    file.write_text(GOOD.replace('constant = "fax@contoso.example"', "expression = 'ToLower([mail])'") + profile)

    app = read(file)

    rule = app.mappings[ObjectType.USER].rules[1]
    assert (rule.type, rule.source) == (MappingType.EXPRESSION, "ToLower([mail])")
    assert dict(app.profile) == {"rate": 5, "members.chunk": 50}


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ('name = "Contoso Fax"', "", "application.*name"),
        ('name = "Contoso Fax"', "name = 7", r"application\.name: 7 is no str"),
        ("[[roles]]", 'logo = "x"\n[[roles]]', "application: unknown logo"),
        ('label = "Sender"', "", r"roles\[0\].*label"),
        ("delete = false", 'delete = "no"', r"mappings\.User\.delete: 'no' is no bool"),
        ("delete = false", "remove = false", r"mappings\.User: unknown remove"),
        ("[mappings.User]", "[mappings.Printer]\n[mappings.User]", "Printer"),
        ('source = "userPrincipalName"', "", r"rows\[0\]: exactly one of source, constant, expression"),
        ('constant = "fax', 'source = "mail"\nconstant = "fax', r"rows\[1\]: exactly one of"),
        ('constant = "fax@contoso.example"', "constant = 7", r"rows\[1\]\.source: 7 is no str"),
        ('flow = "ObjectAddOnly"', 'flow = "Never"', "Never"),
        ("matching = 1", "matching = true", r"rows\[0\]\.matching: True is no int"),
        ('text = "Paper is at hand."', "", r"assumptions\[0\].*text"),
        ("delete = false", "delete = ", "Invalid value"),
        ("[mappings.User]", "[profile.patch]\nstyle = 'french'\n[mappings.User]", "profile: patch.style is french"),
        ("[[assumptions]]", "[[limits]]\ntext = 'a'\nsource = 'b'\n[[assumptions]]", r"limits\[0\].*date"),
        (
            "[[assumptions]]",
            "[[limits]]\ntext = 'a'\nsource = 'b'\ndate = 'c'\nsettings = ['d']\n[[assumptions]]",
            r"limits\[0\]\.settings: unknown d",
        ),
        ("[mappings.User]", "[credentials.token]\nhint = 'x'\n[mappings.User]", r"credentials\.token: unknown hint"),
        ("[mappings.User]", "[profile]\ncolour = 'red'\n[mappings.User]", "profile: colour is no setting"),
    ],
)
def test_a_slip_is_told_with_file_and_place(file: Path, good: str, bad: str, told: str) -> None:
    assert good in GOOD
    file.write_text(GOOD.replace(good, bad))

    with pytest.raises(ValueError, match=rf"contoso_fax\.toml: .*{told}"):
        read(file)
