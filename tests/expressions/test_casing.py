"""Letters change their case one by one, as in .NET."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.expressions.casing import BadCulture, lower, pcase, upper

ANY = st.text(max_size=20) | st.text(st.characters(categories=["Cs", "Lt", "Lu", "Ll"]), max_size=20)


@pytest.mark.parametrize(
    ("text", "culture", "expected"),
    [
        pytest.param("ABC xYz 123", "", "abc xyz 123", id="letters"),
        pytest.param("ÉCOLE ΣΑΣ ЩИ", "", "école σασ щи", id="letters of any script"),
        pytest.param("Iİ", "", "iİ", id="the invariant culture leaves the dotted capital alone"),
        pytest.param("Iİı", "en-US", "iiı", id="others do not"),
        pytest.param("Iİ", "tr-TR", "ıi", id="Turkish"),
        pytest.param("I", "TR", "ı", id="the language alone, in any case"),
        pytest.param("I", "az-Latn-AZ", "ı", id="Azeri"),
        pytest.param("I", "trv", "i", id="but not what begins alike"),
        pytest.param("ÌÍ", "lt-LT", "ìí", id="Lithuanian is like the others"),
        pytest.param("ǄẞΩ𐐀", "", "ǆßω𐐨", id="digraphs, and letters beyond the first plane"),
    ],
)
def test_capitals_become_small(text: str, culture: str, expected: str) -> None:
    assert lower(text, culture) == expected


@pytest.mark.parametrize(
    ("text", "culture", "expected"),
    [
        pytest.param("title", "", "TITLE", id="letters"),
        pytest.param("école σάς щи", "fr-FR", "ÉCOLE ΣΆΣ ЩИ", id="letters of any script keep their accents"),
        pytest.param("straße ŉ ﬁ ǰ", "", "STRAßE ŉ ﬁ ǰ", id="a letter never becomes two"),
        pytest.param("ᾳᾀ", "", "ᾼᾈ", id="a iota below stays below"),
        pytest.param("iı", "", "Iı", id="the invariant culture leaves the dotless letter alone"),
        pytest.param("iıİ", "en", "IIİ", id="others do not"),
        pytest.param("iı", "tr", "İI", id="Turkish"),
        pytest.param("i", "az", "İ", id="Azeri"),
        pytest.param("i", "xx-YY", "I", id="a culture that nobody knows"),
        pytest.param("i", "tr_TR", "İ", id="an underscore for the hyphen"),
        pytest.param("ǆµ𐐨", "", "ǄΜ𐐀", id="digraphs, and letters beyond the first plane"),
    ],
)
def test_small_letters_become_capitals(text: str, culture: str, expected: str) -> None:
    assert upper(text, culture) == expected


@pytest.mark.parametrize(
    "culture", [" ", "e", "en-", "-US", "en--US", "en US", "1", "englishes", "en-US\n", "日本", "@"]
)
def test_what_can_not_name_a_culture_is_refused(culture: str) -> None:
    for change in (lower, upper):
        with pytest.raises(BadCulture, match="no culture of this name") as caught:
            change("a", culture)
        assert str(caught.value) == str(caught.value.message)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("GREGORY JAMES", "Gregory James", id="words in capitals"),
        pytest.param("mARY aNN", "Mary Ann", id="words in any case"),
        pytest.param("mary-ann_smith.jones", "Mary-Ann_Smith.Jones", id="punctuation parts words"),
        pytest.param("a+b=c$d^e©f", "A+B=C$D^E©F", id="signs part words"),
        pytest.param("a\tb\u2028c\u00add", "A\tB\u2028C\u00adD", id="controls part words"),
        pytest.param("st john's o'neil", "St John's O'neil", id="an apostrophe does not"),
        pytest.param("o’neil", "O’Neil", id="a typographic one does"),
        pytest.param("'tis", "'Tis", id="an apostrophe before a word is passed over"),
        pytest.param("1st 2nd", "1St 2Nd", id="digits before a word are passed over"),
        pytest.param("a1b a²b aⅳb", "A1b A²b Aⅳb", id="digits in a word are part of it"),
        pytest.param("e\u0301a \u0301b", "E\u0301a \u0301B", id="marks in a word are part of it"),
        pytest.param("ǆep ǅEP", "ǅep ǅep", id="a digraph has a case for titles"),
        pytest.param("ßa ıa ﬁa", "ßa ıa ﬁa", id="a letter never becomes two"),
        pytest.param("ნინო", "ნინო", id="Georgian has no capitals in titles"),
        pytest.param("𐐀𐐀", "𐐀𐐨", id="letters beyond the first plane"),
        pytest.param("日本 ªb", "日本 ªb", id="letters without case begin words"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_words_begin_with_a_capital(text: str, expected: str) -> None:
    assert pcase(text) == expected


@pytest.mark.parametrize(
    ("text", "separators", "expected"),
    [
        pytest.param("mary-ann smith", " ", "Mary-ann Smith", id="only what is listed parts words"),
        pytest.param("a.b,c;d-e", ".,;", "A.B,C;D-e", id="any of several"),
        pytest.param("O'NEIL", "'", "O'Neil", id="even the apostrophe"),
        pytest.param("MARY ANN", "", "Mary ann", id="none at all"),
        pytest.param("annnA", "n", "AnNNA", id="a letter, looked for after all is small"),
        pytest.param("  a", " ", "  A", id="several in a row"),
        pytest.param("", " ", "", id="nothing"),
    ],
)
def test_words_are_parted_by_what_is_listed(text: str, separators: str, expected: str) -> None:
    assert pcase(text, separators) == expected


@given(ANY, st.sampled_from(["", "en", "tr"]))
def test_a_text_keeps_its_length(text: str, culture: str) -> None:
    assert len(lower(text, culture)) == len(upper(text, culture)) == len(pcase(text)) == len(text)


@given(ANY)
def test_what_has_changed_its_case_changes_no_more(text: str) -> None:
    assert lower(lower(text)) == lower(text)
    assert upper(upper(text)) == upper(text)
    assert pcase(pcase(text)) == pcase(text)


@given(st.text(st.characters(codec="ascii")))
def test_ascii_is_as_in_python(text: str) -> None:
    assert lower(text) == text.lower()
    assert upper(text) == text.upper()


@given(ANY, st.text(max_size=10), st.text(max_size=3))
def test_nothing_fails_but_as_a_bad_culture(text: str, culture: str, separators: str) -> None:
    pcase(text, separators)
    with suppress(BadCulture):
        lower(text, culture)
    with suppress(BadCulture):
        upper(text, culture)
