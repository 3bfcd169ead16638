"""The filters and tags every template has without `{% load %}`: figures, dates, icons, bars and fields.

Figures are written by `advisory.kernel.show` in the page's language. A missing value becomes a dash that says
«ikke satt» to those who listen. No other formatting of money, hours or dates is allowed in templates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import template
from django.db import models
from django.forms import BoundField
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from advisory.kernel import bars, field_words, list_file, show
from advisory.kernel.icons import ICONS

register = template.Library()


def _language() -> str:
    return get_language() or "nb"


def _unknown() -> SafeString:
    return format_html('<span aria-hidden="true">{}</span><span class="sr">{}</span>', show.UNKNOWN, gettext("not set"))


def _is_missing(value: Any) -> bool:
    return value is None or value == ""


def _figure(write: Callable[..., str]) -> Callable[[Any], str]:
    def shown(value: Any) -> str:
        return _unknown() if _is_missing(value) else write(value, language=_language())

    return shown


for _name in ("money", "amount", "kroner", "whole", "hours", "percent", "plain", "exact", "file_size"):
    register.filter(_name, _figure(getattr(show, _name)))


@register.filter
def signed(value: Any, kind: str = "amount") -> str:
    """A difference with its plus sign: `{{ row.change|signed:"whole" }}`; `kind` names one of the figure filters."""
    if kind not in ("money", "amount", "kroner", "whole", "hours", "percent", "plain", "exact", "file_size"):
        raise template.TemplateSyntaxError(f"signed knows no figure called {kind!r}.")
    return _unknown() if _is_missing(value) else show.signed(getattr(show, kind)(value, language=_language()))


def _local(value: Any) -> Any:
    return timezone.localtime(value) if isinstance(value, dt.datetime) and timezone.is_aware(value) else value


def _dated(write: Callable[[Any], str]) -> Callable[[Any], str]:
    def shown(value: Any) -> str:
        return _unknown() if _is_missing(value) else write(_local(value))

    return shown


register.filter("day", _dated(show.day))
register.filter("short_day", _dated(show.short_day))
register.filter("long_day", _dated(lambda value: show.long_day(value, _language())))
register.filter("short_month", _dated(lambda value: show.short_month(value, _language())))
register.filter("weekday", _dated(lambda value: show.weekday(value, _language())))
register.filter("short_weekday", _dated(lambda value: show.short_weekday(value, _language())))
register.filter("clock", _dated(lambda value: show.clock(value, _language())))
register.filter("moment", _dated(lambda value: show.moment(value, _language())))


@register.filter
def period(first: dt.date | None, last: dt.date | None) -> str:
    """`{{ first|period:last }}` in prose, both days included; an open end reads «fra …»."""
    if first is None:
        return _unknown()
    if last is None:
        return gettext("from %(day)s") % {"day": show.long_day(_local(first), _language())}
    return show.period(_local(first), _local(last), _language())


@register.filter
def day_period(first: dt.date | None, last: dt.date | None) -> str:
    """`{{ first|day_period:last }}` for tables and meta lines, both days included."""
    if first is None:
        return _unknown()
    if last is None:
        return gettext("from %(day)s") % {"day": show.day(_local(first))}
    return show.day_period(_local(first), _local(last))


def _coded(write: Callable[[str], str]) -> Callable[[Any], str]:
    def shown(value: Any) -> str:
        return _unknown() if _is_missing(value) else write(str(value))

    return shown


register.filter("org_number", _coded(show.org_number))
register.filter("account", _coded(show.account))
register.filter("kid", _coded(show.kid))


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An inline drawing in the text's colour, unseen by screen readers: `{% icon "lock" %}`."""
    try:
        path = ICONS[name]
    except KeyError:
        raise template.TemplateSyntaxError(f"There is no icon called {name!r}.") from None
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        f" {extra}" if extra else "",
        path,
    )


ALERT_ICONS = {"success": "check-circle", "info": "info", "warning": "warning", "danger": "alarm"}


@register.simple_tag
def alert_icon(color: str) -> SafeString:
    """The icon that belongs to a message of this colour."""
    return icon(ALERT_ICONS.get(color, "info"))


@register.filter
def alert_color(level_tag: str) -> str:
    """Django's level of a message as Designsystemet's colour."""
    return {"error": "danger", "success": "success", "warning": "warning"}.get(level_tag, "info")


@register.inclusion_tag("c/_bar.html")
def bar(label: str, cap: Any, *parts: Any, size: str = "", mark: Any = None) -> dict[str, Any]:
    """A stacked bar against a limit, as SVG.

    `{% bar "42,5 av 48 timer" cap billed logged mark=warn_at %}`: the parts are drawn from the left as solid,
    hatched and dotted; `mark` draws a thin tick. Cap, parts and mark are in the same unit.
    """
    return {"label": label, "size": size, **bars.stacked(cap, parts, mark=mark)}


@register.filter
def is_check(field: BoundField) -> bool:
    """Whether the field is one box to tick, whose label stands beside it."""
    return getattr(field.field.widget, "input_type", "") == "checkbox" and not field.use_fieldset


@register.filter
def has_choices_drawn(field: BoundField) -> bool:
    """Whether the field is a set of radios or boxes."""
    return bool(field.use_fieldset) and getattr(field.field.widget, "input_type", "") in ("radio", "checkbox")


@register.filter
def error_texts(field: BoundField) -> list[str]:
    """The field's mistakes, with Django's general «must be filled in» said with the field's name."""
    return field_words.error_texts(field)


@register.filter
def error_target(field: BoundField) -> str:
    """The id of the control that an error summary's link leads to: for a set of choices, the first of them."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.simple_tag
def sort_state(current: str, key: str) -> dict[str, str]:
    """How a column stands: `aria` (for `aria-sort`), `next` (the value of `?sort=` its link sets), `icon`."""
    if current == key:
        return {"aria": "ascending", "next": f"-{key}", "icon": "arrow-up"}
    if current == f"-{key}":
        return {"aria": "descending", "next": key, "icon": "arrow-down"}
    return {"aria": "none", "next": key, "icon": ""}


@register.inclusion_tag("c/downloads.html", takes_context=True)
def downloads(context: dict[str, Any], count: int, which: str = "", label: str = "") -> dict[str, Any]:
    """Links to the list's file with the filters that are chosen: `{% downloads page.paginator.count %}`.

    `which` and `label` tell the second list of a page apart (`list_file`).
    """
    asked = context["request"].GET.copy()
    asked.pop("page", None)
    links = []
    for kind in (list_file.CSV, list_file.XLSX):
        asked[list_file.PARAMETER] = f"{which}-{kind}" if which else kind
        links.append((kind.upper(), f"?{asked.urlencode()}"))
    return {"links": links, "count": count, "most": list_file.MOST_ROWS, "label": label}


@register.filter
def audit_key(obj: models.Model) -> str:
    """What the audit log calls the object: its type and row id, as the log's filter takes them."""
    return f"{obj._meta.label_lower}:{obj.pk}"
