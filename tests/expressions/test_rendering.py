"""An expression written anew: its canonical text, and the tree that Microsoft Graph has for it."""

import json
from typing import Any

import pytest

from provisioning.expressions.language import compile_expression, compile_operand
from provisioning.expressions.rendering import DEEPEST


def constant(name: str, expression: str | None = None) -> dict[str, Any]:
    return {"expression": expression or f'"{name}"', "name": name, "type": "Constant", "parameters": []}


def attribute(name: str) -> dict[str, Any]:
    return {"expression": f"[{name}]", "name": name, "type": "Attribute", "parameters": []}


@pytest.mark.parametrize(
    ("expression", "canonical"),
    [
        (
            'Replace([preferredLanguage], "-", , , "_", ,  )',
            'Replace([preferredLanguage], "-", , , "_", , )',
        ),
        ("Now ( )", "Now()"),
        ('Mid([a],1 ,\n  "8")', 'Mid([a], 1, "8")'),
        ('IIF([a]="x","y",IgnoreAttributeFlow)', 'IIF([a] = "x", "y", IgnoreAttributeFlow)'),
        (r'Append("\+\"", "\\")', r'Append("\\+\"", "\\")'),
        ("BitAnd(&HF,-1.50)", "BitAnd(&HF, -1.50)"),
        ("ToLower([a],)", "ToLower([a], )"),
    ],
)
def test_the_canonical_text_has_one_space_after_each_comma(expression: str, canonical: str) -> None:
    assert compile_expression(expression).canonical == canonical
    assert compile_expression(canonical).canonical == canonical


def test_the_tree_of_the_documented_sample() -> None:
    assert compile_expression('Replace([preferredLanguage], "-", , , "_", ,  )').tree == {
        "expression": 'Replace([preferredLanguage], "-", , , "_", , )',
        "name": "Replace",
        "type": "Function",
        "parameters": [
            {"key": "source", "value": attribute("preferredLanguage")},
            {"key": "Find", "value": constant("-")},
            {"key": "Replacement", "value": constant("_")},
        ],
    }


def test_numbers_are_quoted_constants_of_the_tree() -> None:
    parameters = compile_expression("Mid([a], 1, &H8)").tree["parameters"]

    assert parameters[1:] == [
        {"key": "start", "value": constant("1")},
        {"key": "length", "value": constant("&H8")},
    ]


def test_keys_repeat_with_their_parameter() -> None:
    tree = compile_expression('Switch([a], , "k", Join(",", [b], [c]))').tree

    assert [each["key"] for each in tree["parameters"]] == ["source", "switchValue", "switchValue"]
    assert [each["key"] for each in tree["parameters"][2]["value"]["parameters"]] == ["separator", "source", "source"]


def test_the_older_form_of_a_function_has_the_keys_of_its_parameters() -> None:
    tree = compile_expression('FormatDateTime([a], "yyyy", "yy")').tree

    assert [each["key"] for each in tree["parameters"]] == ["source", "inputFormat", "outputFormat"]
    assert tree["expression"] == 'FormatDateTime([a], "yyyy", "yy")'


def test_comparisons_and_words_are_told_as_well() -> None:
    condition, outcome, _ = compile_expression('IIF([a]<>"x", IgnoreObjectFlow, "y")').tree["parameters"]

    assert (condition["value"]["name"], condition["value"]["expression"]) == ("<>", '[a] <> "x"')
    assert [each["key"] for each in condition["value"]["parameters"]] == ["left", "right"]
    assert outcome["value"] == constant("IgnoreObjectFlow", "IgnoreObjectFlow")


def test_operands_are_trees_of_one_node() -> None:
    assert compile_operand("[mail]").tree == attribute("mail")
    assert compile_operand(r'"a\"b"').tree == constant('a"b', r'"a\"b"')


def test_a_tree_is_made_anew_each_time() -> None:
    program = compile_operand("[mail]")
    program.tree["parameters"].append("spoilt")

    assert program.tree["parameters"] == []


def test_below_a_depth_functions_have_their_text_alone() -> None:
    times = 2 * DEEPEST
    tree = compile_expression("Not(" * times + "[a]" + ")" * times).tree

    depth, node = 1, tree
    while node["parameters"]:
        depth, node = depth + 1, node["parameters"][0]["value"]
    assert depth == DEEPEST
    assert node["expression"] == "Not(" * (times - DEEPEST + 1) + "[a]" + ")" * (times - DEEPEST + 1)
    assert json.loads(json.dumps(tree)) == tree
