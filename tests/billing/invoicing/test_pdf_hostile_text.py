"""Text from outside never breaks a document, is never parsed, and opens nothing: it is drawn as it stands."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from advisory.kernel.pdf.text import clean, unknown_signs
from billing.invoicing import pdf
from billing.invoicing.document import Document
from tests.billing import printed
from tests.paper import faults, text, watched, without_spaces
from tests.properties import some_examples

EVERYWHERE = ["line", "note", "buyer", "address", "reference", "place", "subject", "pot", "reason", "seller", "cost"]


def with_text(where: str, said: str) -> Document:
    """A document with the text in one of the places that people fill in."""
    made = printed.credit_note() if where == "reason" else printed.invoice()
    first, *others = made.lines
    statement = first.statement
    if where == "line":
        first = replace(first, text=said)
    elif where == "note":
        first = replace(first, note=said)
    elif where == "pot":
        first = replace(first, statement=replace(statement, pots=((replace(printed.POT, name=said), first.discount),)))
    elif where == "cost":
        (cost,) = statement.rate.cost_lines
        rate = replace(statement.rate, cost_lines=(replace(cost, label=said),), service_name=said)
        first = replace(first, statement=replace(statement, rate=rate))
        others = []
    elif where == "buyer":
        made = replace(made, buyer=replace(made.buyer, name=said))
    elif where == "address":
        made = replace(made, buyer=replace(made.buyer, address=(said, said)))
    elif where == "reference":
        made = replace(made, buyer=replace(made.buyer, reference=said))
    elif where == "place":
        made = replace(made, place=said)
    elif where == "subject":
        made = replace(made, subject=said)
    elif where == "seller":
        made = replace(made, seller=replace(made.seller, name=said, address=(said,), email=said, phone=said, web=said))
    elif made.credits is not None:
        made = replace(made, credits=replace(made.credits, reason=said))
    return replace(made, lines=(first, *others))


HOSTILE = [
    "<b",
    "<b>fet</b> & co",
    '<img src=/etc/hostname> <img src="http://127.0.0.1/"/>',
    "file:///etc/passwd",
    "%(name)s %s {0} {{x}}",
    "\\(uendelig) ) Tj ET (",
    "",
    "   ",
    "\x00\x07\x1b[31mrød\x7f",
    "linje en\nlinje to\r\n\tlinje tre",
    "a\u200bb\u202egnal\u2066c\ufeff",
    "🚀🧑‍🤝‍🧑 oppstart",
    "Davvi Sámi Čálliidsearvi đŋŧž Ǯiõtt",
    "Łódź zażółć gęślą jaźń",
    "漢字 العربية \u0301\u0301\u0301",
    "\ud800 halv",
    "W" * 700,
    "ord " * 50_000,
    "x" * 200_000,
    "\u00a0" * 5_000,
    "a/b-c.d_e@f" * 300,
]


@pytest.mark.parametrize("where", EVERYWHERE)
def test_no_text_makes_a_document_fail_or_leave_its_place(where: str) -> None:
    for said in HOSTILE:
        with watched() as drawn:
            file = pdf.render(with_text(where, said))
        assert faults(drawn) == [], (where, said[:40])
        assert file.startswith(b"%PDF-1.7")


@pytest.mark.parametrize(
    "said",
    [
        "<b>fet</b> & co <i",
        "<img src=/etc/hostname>",
        "file:///etc/hostname http://127.0.0.1/",
        "Davvi Sámi Čálliidsearvi đŋŧž",
        "Łódź zażółć gęślą jaźń",
        "%(name)s %s {0}",
        "\\(uendelig) ) Tj ET (",
    ],
)
@pytest.mark.parametrize("where", ["line", "note", "buyer", "reference", "reason"])
def test_text_is_printed_as_it_stands(where: str, said: str) -> None:
    assert without_spaces(said) in without_spaces(text(pdf.render(with_text(where, said))))


def test_no_file_or_host_named_in_a_text_is_opened() -> None:
    pdf.render(printed.invoice())
    opened: list[str] = []
    read = open

    def watch(name: object, *rest: object, **named: object) -> object:
        opened.append(str(name))
        return read(name, *rest, **named)  # type: ignore[call-overload]

    with patch("builtins.open", watch), patch("socket.socket.connect", side_effect=AssertionError("asked a host")):
        file = pdf.render(with_text("line", "<img src=/etc/hostname> <img src='http://127.0.0.1/'>"))
    assert opened == []
    assert Path("/etc/hostname").read_text().strip().encode() not in file


@pytest.mark.parametrize("where", ["line", "reason", "buyer", "address", "place"])
def test_what_is_cut_says_so(where: str) -> None:
    assert "(forkortet)" in text(pdf.render(with_text(where, "ord " * 50_000)))


def test_five_hundred_signs_of_a_line_are_printed_whole() -> None:
    said = " ".join(f"ord{n:03d}" for n in range(71))  # 497 signs
    printed_text = text(pdf.render(with_text("line", said)))
    assert without_spaces(said) in without_spaces(printed_text)
    assert "(forkortet)" not in printed_text


DRAWABLE = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn")), min_size=1, max_size=60
)


@some_examples
@given(said=DRAWABLE)
@example(said="\u03d3")  # taken apart into two signs that are one when put together
def test_any_text_comes_out_as_it_was_cleaned(said: str) -> None:
    file = pdf.render(with_text("line", said))
    assert without_spaces(clean(said)) in without_spaces(text(file))


@some_examples
@given(said=st.text(max_size=80))
def test_cleaned_text_has_only_signs_with_a_glyph_and_cleaning_again_changes_nothing(said: str) -> None:
    cleaned = clean(said)
    assert unknown_signs(cleaned) == ""
    assert clean(cleaned) == cleaned
    assert not any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") for sign in cleaned)


def test_unknown_signs_are_named_for_a_warning_before_issuing() -> None:
    assert unknown_signs("Bygdekor Vest – Čálliidsearvi «Łódź» 12\u202f000,00") == ""
    assert unknown_signs("漢 og 🚀 og 漢") == "漢🚀"


def test_white_space_and_signs_without_a_shape_are_made_plain() -> None:
    assert clean("a\tb\nc") == "a b c"
    assert clean("12\u202f000\u2009kr") == "12\u00a0000\u00a0kr"
    assert clean("a\u200b\u00adb\x00") == "ab"
    assert clean("e\u0301") == "é"
    assert clean("ﬁ ①") == "ﬁ 1"
    assert clean("x🚀") == "x"
    assert clean("漢") == "?"
