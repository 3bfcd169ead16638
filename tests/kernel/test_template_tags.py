"""What templates write: filters in the page's language, icons, bars, and fields with their words and wiring."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

NB = "\u00a0"


def drawn(source: str, **values: Any) -> str:
    with translation.override("nb"):
        return Template(source).render(Context(values))


def test_figures_follow_the_language_of_the_page() -> None:
    with translation.override("en"):
        assert Template("{{ x|money }}").render(Context({"x": Decimal("5625")})) == f"NOK{NB}5,625.00"
    assert drawn("{{ x|money }}", x=Decimal("5625")) == f"5{NB}625,00{NB}kr"


@pytest.mark.parametrize("name", ["money", "amount", "kroner", "whole", "hours", "percent", "day", "long_day", "kid"])
def test_a_missing_value_is_a_dash_that_says_so_to_listeners(name: str) -> None:
    text = drawn("{{ x|" + name + " }}", x=None)
    assert text.startswith('<span aria-hidden="true">–</span><span class="sr">')


def test_a_difference_names_the_figure_it_is() -> None:
    assert drawn('{{ x|signed:"whole" }}', x=72000) == f"+72{NB}000"
    with pytest.raises(TemplateSyntaxError, match="dollars"):
        drawn('{{ x|signed:"dollars" }}', x=1)


def test_a_moment_is_shown_in_oslo() -> None:
    assert drawn("{{ at|moment }}", at=datetime(2026, 11, 20, 13, 10, tzinfo=UTC)) == f"20.11.2026 kl.{NB}14.10"


def test_a_period_without_an_end_says_from_when() -> None:
    assert drawn("{{ a|period:b }}", a=date(2026, 1, 1), b=None).endswith(f"1.{NB}januar{NB}2026")
    assert drawn("{{ a|day_period:b }}", a=date(2026, 1, 1), b=date(2026, 12, 31)) == "01.01.–31.12.2026"


def test_an_icon_is_unseen_by_screen_readers_and_an_unknown_one_is_refused() -> None:
    assert 'aria-hidden="true"' in drawn('{% icon "lock" %}')
    with pytest.raises(TemplateSyntaxError, match="unicorn"):
        drawn('{% icon "unicorn" %}')


def test_a_bar_lays_its_parts_end_to_end_against_the_cap() -> None:
    # 21.5 and 21 of 48 hours: 44.79 % and 43.75 %, warned at 80 %.
    svg = drawn('{% bar "x" 48 a b mark=m %}', a=Decimal("21.5"), b=Decimal("21"), m=Decimal("38.4"))
    assert 'x="0.00%" width="44.79%"' in svg
    assert 'fill="url(#hatch)" x="44.79%" width="43.75%"' in svg
    assert 'x1="80.00%"' in svg


def test_a_bar_past_its_cap_shows_where_the_cap_is() -> None:
    svg = drawn('{% bar "x" 48 a %}', a=Decimal("60"))
    assert 'width="100.00%"' in svg
    assert 'x1="80.00%"' in svg


def test_a_bar_without_a_cap_draws_nothing() -> None:
    assert "url(#hatch)" not in drawn('{% bar "x" 0 0 0 %}')


class Engagement(forms.Form):
    title = forms.CharField(label="Tittel", help_text="Vises på fakturaen <her>")
    goal = forms.CharField(label="Mål", required=False, widget=forms.Textarea)
    kind = forms.ChoiceField(label="Type", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    kid = forms.CharField(label="KID")
    what = forms.CharField(label="Hva ble gjort?")
    agreed = forms.BooleanField(label="Jeg godkjenner avtalen")


def field(name: str, data: dict[str, str] | None = None) -> str:
    with translation.override("nb"):
        return str(Engagement(data)[name].as_field_group())


def test_a_field_has_label_hint_and_control_tied_together() -> None:
    html = field("title")
    assert '<label for="id_title">Tittel</label>' in html
    assert 'aria-describedby="id_title_helptext"' in html
    assert 'id="id_title_helptext">Vises på fakturaen &lt;her&gt;' in html


def test_only_what_may_be_left_out_is_marked() -> None:
    assert 'class="optional"' in field("goal")
    assert 'class="optional"' not in field("title")


def test_a_mistake_names_the_field_and_is_tied_to_the_control() -> None:
    html = field("title", {})
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_error"' in html


def test_an_empty_field_is_said_with_its_name_as_the_sentence_wants_it() -> None:
    with translation.override("en"):
        form = Engagement({})
        texts = {name: drawn("{{ f|error_texts|first }}", f=form[name]) for name in form.fields if form[name].errors}
    assert texts["title"].endswith("tittel")
    assert texts["kid"].endswith("KID")
    assert texts["what"].endswith("«Hva ble gjort?»")
    assert "«Jeg godkjenner avtalen»" in texts["agreed"]


def test_an_error_of_the_forms_own_is_left_as_it_is() -> None:
    form = Engagement({"title": "x"})
    form.full_clean()
    form.add_error("title", "Tittelen er brukt før.")
    assert drawn("{{ f|error_texts|join:'|' }}", f=form["title"]) == "Tittelen er brukt før."


def test_choices_are_rows_in_a_fieldset_and_the_summary_leads_to_the_first() -> None:
    html = field("kind", {})
    assert html.count('class="choice"') == 2
    assert "<fieldset" in html
    summary = drawn('{% include "c/error_summary.html" %}', form=Engagement({}))
    assert 'href="#id_kind_0"' in summary
    assert 'href="#id_title"' in summary


def test_a_form_without_mistakes_has_no_summary() -> None:
    assert "error-summary" not in drawn('{% include "c/error_summary.html" %}', form=Engagement())


def test_an_upload_and_a_hidden_field_are_drawn_plainly() -> None:
    class Upload(forms.Form):
        token = forms.CharField(widget=forms.HiddenInput)
        file = forms.FileField()

    assert 'class="ds-input"' in str(Upload()["file"])
    assert "ds-input" not in str(Upload()["token"])
