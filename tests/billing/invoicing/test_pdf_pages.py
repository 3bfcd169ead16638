"""Page breaks: rows stay whole, sums stay together, and nothing passes the foot, however many lines."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from billing.invoicing import pdf
from tests.billing import printed
from tests.paper import faults, pages, watched

LONG = (
    "Spørsmål og svar",
    "Flytting til https://medlem.eksempelorganisasjonen-for-frivillig-kultur.example/administrasjon/brukere",
    "Gjennomgang av medlemsregister, tilgangsroller og databehandleravtaler med alle lokallagene i regionen, "
    "inkludert oppfølging per telefon og en skriftlig oppsummering til styret",
)


@pytest.mark.parametrize("texts", [LONG[:1], LONG])
def test_from_one_to_sixty_lines_nothing_passes_the_foot_or_meets(texts: Sequence[str]) -> None:
    for count in range(1, 61):
        with watched() as drawn:
            pdf.render(printed.many_lines(count, texts))
        assert faults(drawn) == [], count
        rows = [each for each in drawn if each.text == "1\u00a0199,70" and 128 < each.right < 130]
        assert len(rows) == count
        sums = [each for each in drawn if each.left < 123 and each.left > 121.9 and not each.is_foot]
        pages_of_sums = {each.page for each in sums if each.size in (9.5, 12.0)}
        assert len(pages_of_sums) == 1, count


@pytest.mark.parametrize(("count", "expected"), [(1, 1), (9, 1), (10, 2), (27, 2), (28, 3), (46, 3)])
def test_how_many_short_lines_fit(count: int, expected: int) -> None:
    # One page more for the price statement.
    assert len(pages(pdf.render(printed.many_lines(count)))) == expected + 1


def test_the_sum_so_far_is_carried_from_page_to_page() -> None:
    first, second, last = pages(pdf.render(printed.many_lines(20)))
    carried = next(line for line in second.splitlines() if "Overført fra side 1" in line)
    assert "Overført fra side 1" in carried
    # Eleven rows on page 1: 11 * 599,85.
    assert "6 598,35" in first
    assert "6 598,35" in second
    assert "Fortsetter på side 2" in first
    assert "Side 1 av 3" in first
    assert "Side 3 av 3" in last


def test_all_lines_are_there_and_their_nets_sum_to_the_total() -> None:
    made = printed.many_lines(40)
    said = "\n".join(pages(pdf.render(made)))
    assert said.count("Spørsmål og svar") == 41  # once more in the price statement
    assert made.net == Decimal("23994.00")
    assert "23 994,00" in said
    assert "29 992,50 kr" in said
