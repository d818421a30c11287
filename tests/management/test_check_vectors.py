"""`manage.py check_vectors`: vectors of both kinds hold or are told, and a wrong file is refused."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

FOLDER = Path(__file__).parent.parent / "expressions"


def check(path: Path) -> str:
    """What the command tells."""
    out = StringIO()
    call_command("check_vectors", str(path), stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "vectors.json"


def scoping(**changes: Any) -> dict[str, Any]:
    clause = {"attribute": "department", "operator": "EQUALS", "value": "Sales"}
    return {"id": "s", "clauses": [[clause]], "attributes": {"department": "Sales"}, "expected": True} | changes


def expression(text: str, expected: Any) -> dict[str, Any]:
    return {"id": "e", "expression": text, "attributes": {}, "expected": expected}


def test_the_vectors_of_expressions_hold() -> None:
    assert check(FOLDER / "expression_vectors.json") == "All 297 vectors hold.\n"


def test_the_vectors_of_scoping_filters_hold() -> None:
    assert check(FOLDER / "scoping_vectors.json") == "All 45 vectors hold.\n"


def test_one_vector_is_told_in_the_singular(file: Path) -> None:
    file.write_text(json.dumps([scoping()]))

    assert check(file) == "1 vector holds.\n"


def test_each_failure_is_told_with_both_answers_and_the_exit_code_is_1(file: Path) -> None:
    file.write_text(json.dumps([expression('Len("å")', "1"), expression('ToUpper("å")', "å"), expression("Foo()", 1)]))
    out = StringIO()

    with pytest.raises(CommandError, match="2 of 3 vectors fail") as caught:
        call_command("check_vectors", str(file), stdout=out)

    first, second = out.getvalue().splitlines()
    assert first == 'e: expected "å", got "Å"'
    assert second.startswith('e: expected 1, got {"error": true} (column 1: There is no function Foo')
    assert caught.value.returncode == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"expected": False}, "s: expected false, got true"),
        ({"clauses": []}, None),
        ({"clauses": [[{"attribute": "a", "operator": "IsMemberOf"}]]}, 'got {"error": true} (IsMemberOf'),
        ({"clauses": [[{"attribute": "department", "operator": "REGEX MATCH", "value": "("}]]}, '{"error": true}'),
        ({"clauses": [[{"attribute": "a", "operator": "IsMemberOf"}]], "expected": {"error": True}}, None),
    ],
)
def test_a_scoping_vector_fails_when_the_filter_decides_otherwise(
    file: Path, changes: dict[str, Any], told: str | None
) -> None:
    file.write_text(json.dumps([scoping(**changes)]))
    out = StringIO()

    if told is None:
        assert check(file) == "1 vector holds.\n"
    else:
        with pytest.raises(CommandError, match="1 of 1 vectors fail"):
            call_command("check_vectors", str(file), stdout=out)
        assert told in out.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("no JSON", "The file is no JSON"),
        ("{}", "must hold a list"),
        ("[]", "neither an expression nor clauses"),
        ("[{}]", "neither an expression nor clauses"),
        ("[1]", "Vector 1 is no object"),
        (json.dumps([expression("Now()", 1) | {"attributes": 1}]), "Vector 1: attributes is of the wrong kind"),
        (json.dumps([scoping(), {"id": "x"}]), "Vector 2 lacks clauses"),
        (json.dumps([scoping(expected="yes")]), "expected is of the wrong kind"),
        (json.dumps([scoping(clauses=[{}])]), "a clause is an object with attribute, operator and value"),
        (json.dumps([scoping(clauses=[[{"attribute": "a"}]])]), "a clause is an object"),
        (json.dumps([scoping(clauses=[[{"attribute": "a", "operator": "EQUALS", "value": 1}]])]), "a clause is"),
    ],
)
def test_a_malformed_file_is_refused_with_a_reason(file: Path, content: str, reason: str) -> None:
    file.write_text(content)

    with pytest.raises(CommandError, match=reason):
        check(file)


def test_a_file_that_is_not_there_is_told(file: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        check(file)


def test_bytes_that_are_no_text_are_refused(file: Path) -> None:
    file.write_bytes(b"[\xff]")

    with pytest.raises(CommandError, match="no JSON"):
        check(file)
