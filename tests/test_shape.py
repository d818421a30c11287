"""The size and tidiness of the source: limits that keep every file readable, and promises that the docs make."""

import ast
import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("portal", "provisioning", "tests", "benchmarks")
SOURCES = [ROOT / "manage.py"] + [
    path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts
]
PRODUCT = [path for path in SOURCES if "tests" not in path.parts]
TEMPLATES = [path for path in sorted((ROOT / "templates").rglob("*")) if path.is_file()] + [
    path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("templates/**/*.*"))
]

# A file that must be larger than its limit stands here with its reason. Better none.
TOO_LARGE_FOR_A_REASON: dict[str, str] = {}
SUPPRESSIONS = 20

SUPPRESSION = re.compile(
    r"#\s*(?:noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?|type:\s*ignore(?:\[[^\]]*\])?|pragma:\s*no\s+\w+)(?P<reason>.*)"
)
INLINE = re.compile(r"""\sstyle=|<style\b|\son[a-z]+=["']|\shx-on|<script(?![^>]*\ssrc=)""")
REMARK = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]) + r")\b")
LEFT_OUT = re.compile(r"pytest\.(mark\.)?(skip|skipif|xfail|importorskip)\b|unittest\.skip")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines(path: Path) -> int:
    return path.read_text().count("\n")


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{name(path)}: {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def comments(path: Path) -> Iterator[tuple[str, str]]:
    for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline):
        if token.type == tokenize.COMMENT:
            yield f"{name(path)}:{token.start[0]}", token.string


def test_no_file_is_longer_than_its_limit() -> None:
    long = {name(path): lines(path) for path in SOURCES if lines(path) > 300}
    long |= {name(path): lines(path) for path in TEMPLATES if lines(path) > 120}

    assert set(long) == set(TOO_LARGE_FOR_A_REASON), long


def test_no_function_has_forty_lines() -> None:
    assert [found for path in SOURCES for found in functions(path) if found[1] >= 40] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [name(path) for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text()))]

    assert [found for found in silent if (ROOT / found).stat().st_size] == []


def test_every_suppression_has_a_reason_and_is_counted() -> None:
    found = [
        (place, match) for path in SOURCES for place, text in comments(path) if (match := SUPPRESSION.search(text))
    ]

    assert [place for place, match in found if len(match["reason"].strip(" -:#")) < 8] == []
    assert len(found) == SUPPRESSIONS, [place for place, _ in found]


def test_no_test_is_left_out_by_its_own_file() -> None:
    tests = [path for path in SOURCES if path not in PRODUCT and path != Path(__file__)]

    assert [name(path) for path in tests if LEFT_OUT.search(path.read_text())] == []


def test_nothing_is_put_off_in_a_remark() -> None:
    files = [*SOURCES, *TEMPLATES, *ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md"), *ROOT.glob("static/**/*.[cj]s*")]

    assert [name(path) for path in files if REMARK.search(path.read_text())] == []


def test_no_template_has_inline_script_or_style() -> None:
    assert [(name(path), match[0]) for path in TEMPLATES if (match := INLINE.search(path.read_text()))] == []


def test_dependencies_are_few_and_each_earns_its_place() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    declared = tomllib.loads(text)["project"]["dependencies"]
    block = text.partition("\ndependencies = [\n")[2].partition("\n]")[0].splitlines()

    assert len(declared) == len(block) <= 15
    assert [line for line in block if not re.search(r'",\s+# \S.{15,}', line)] == []


def test_docs_list_every_setting_and_no_other() -> None:
    read = re.findall(r'env\.\w+\(\s*"(\w+)"', (ROOT / "portal/settings.py").read_text())
    named = [word for path in PRODUCT for word in re.findall(r'"(PORTAL_[A-Z_]+)"', path.read_text())]
    listed = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)

    assert sorted(listed) == sorted({*read, *named})


def test_docs_list_every_check_and_no_other() -> None:
    written = re.findall(r'id="(portal\.[EW]\d+)"', (ROOT / "portal/checks.py").read_text())
    listed = re.findall(r"^\| (portal\.[EW]\d+) \|", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)

    assert sorted(listed) == sorted(written)
