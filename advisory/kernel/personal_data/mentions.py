"""A person's name, e-mail address and telephone number in free text: where they stand, and how they are replaced.

Only whole words count, in any case; a name must have two words, because one alone may be anybody's. A telephone number
is found with and without blanks. The database narrows the rows down, the exact search is made here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from advisory.kernel.personal_data.sources import Pseudonym, Source, Subject

#: So many digits are one person's number; fewer may be anything.
SHORTEST_PHONE = 8


@dataclass(frozen=True, slots=True)
class Words:
    """The words that mean the person, compiled: `names` hold only where the name is his, `unique` anywhere."""

    names: re.Pattern[str] | None
    unique: re.Pattern[str] | None
    name_variants: tuple[str, ...]
    unique_variants: tuple[str, ...]

    def __bool__(self) -> bool:
        return self.names is not None or self.unique is not None

    def found_in(self, text: str, *, with_names: bool) -> bool:
        if self.unique and self.unique.search(text):
            return True
        return bool(with_names and self.names and self.names.search(text))

    def is_name(self, text: str) -> bool:
        return bool(self.names and self.names.fullmatch(text.strip()))

    def replaced(self, text: str, by: str, *, with_names: bool) -> str:
        if self.unique:
            text = self.unique.sub(by, text)
        if with_names and self.names:
            text = self.names.sub(by, text)
        return text


def searched_names(subject: Subject) -> set[str]:
    """The names that free text is searched for."""
    return {name for name in subject.names if len(name.split()) > 1}


def words_of(subject: Subject) -> Words:
    """What to look for."""
    names = searched_names(subject)
    name_patterns = [r"\s+".join(map(re.escape, name.split())) for name in names]
    unique = [rf"(?<![\w.+-]){re.escape(address)}(?![\w-]|\.\w)" for address in subject.emails if address]
    phones = {re.sub(r"\D", "", phone) for phone in subject.phones}
    phones = {phone[2:] if len(phone) == 10 and phone.startswith("47") else phone for phone in phones}
    phones = {phone for phone in phones if len(phone) >= SHORTEST_PHONE}
    unique += [r"(?<!\d)(?:(?:\+|00)?47[\s.-]?)?" + r"[\s.-]?".join(phone) + r"(?!\d)" for phone in phones]
    return Words(
        _any(rf"(?<!\w)(?:{'|'.join(_longest_first(name_patterns))})(?!\w)" if name_patterns else ""),
        _any("|".join(_longest_first(unique))),
        tuple(_cases(names)),
        tuple(_cases([*subject.emails, *subject.phones, *(spelt for phone in phones for spelt in _spellings(phone))])),
    )


def _any(pattern: str) -> re.Pattern[str] | None:
    return re.compile(pattern, re.IGNORECASE) if pattern else None


def _longest_first(patterns: Iterable[str]) -> list[str]:
    return sorted(patterns, key=lambda one: (-len(one), one))


def _cases(words: Iterable[str]) -> Iterator[str]:
    """SQLite folds only a to z: what holds other letters is asked for in the cases people use."""
    for word in sorted(set(filter(None, words))):
        yield from dict.fromkeys((word, *(() if word.isascii() else (word.lower(), word.upper(), word.title()))))


def _spellings(phone: str) -> Iterator[str]:
    yield phone
    if len(phone) == SHORTEST_PHONE:
        yield f"{phone[:3]} {phone[3:5]} {phone[5:]}"
        yield " ".join((phone[:2], phone[2:4], phone[4:6], phone[6:]))


@dataclass(frozen=True, slots=True)
class Mention:
    """A row that mentions the person. `columns` are those that do, with what stands in them."""

    pk: Any
    is_kept: bool
    columns: dict[str, Any]
    with_names: bool


def mentions(source: Source, subject: Subject, words: Words) -> Iterator[Mention]:
    """The rows of a table that mention the person, in a single question to the database."""
    columns = source.text_columns()
    if not columns or not words:
        return
    rows = source.rows
    asked = {}
    for column in columns:
        asked[column.name] = column.name
        if isinstance(column, models.JSONField):
            rows = rows.alias(**{f"{column.name}_as_text": Cast(column.name, models.TextField())})
            asked[column.name] = f"{column.name}_as_text"
    in_scope = source.where_a_name_counts(subject)
    names = _holds(columns, asked, words.name_variants) & in_scope
    extra: dict[str, Any] = {"in_scope": _truth(in_scope)}
    extra["kept"] = _truth(Q() if source.is_frozen else source.sealed or Q(pk__in=[]))
    narrowed = rows.filter(names | _holds(columns, asked, words.unique_variants)).annotate(
        **{f"mention_{key}": value for key, value in extra.items()}
    )
    fields = [column.name for column in columns]
    for values in narrowed.order_by("pk").values("pk", *fields, *(f"mention_{key}" for key in extra)).iterator():
        with_names = bool(values["mention_in_scope"])
        there = {
            name: values[name]
            for name in fields
            if values[name]
            and words.found_in(_as_text(values[name]), with_names=with_names)
            # The rows of the person himself are gone by another way.
            and not (name in source.called and words.is_name(values[name]))
        }
        if there:
            yield Mention(values["pk"], bool(values["mention_kept"]), there, with_names)


def _truth(condition: Q) -> Any:
    if not condition:
        return models.Value(True, models.BooleanField())
    return models.Case(
        models.When(condition, then=models.Value(True)), default=models.Value(False), output_field=models.BooleanField()
    )


def _holds(columns: list[models.Field[Any, Any]], asked: dict[str, str], variants: Iterable[str]) -> Q:
    holds = Q(pk__in=[])
    for word in variants:
        for column in columns:
            spelt = {word}
            if isinstance(column, models.JSONField):
                # SQLite keeps JSON with its letters escaped.
                spelt.add(json.dumps(word)[1:-1])
            for one in spelt:
                holds |= Q(**{f"{asked[column.name]}__icontains": one})
    return holds


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def replace(source: Source, mention: Mention, words: Words, pseudonym: Pseudonym) -> None:
    """Write the pseudonym where the row mentions the person."""
    changes = {}
    for name, value in mention.columns.items():
        column = source.model._meta.get_field(name)
        assert isinstance(column, models.Field)
        changes[name] = _new_value(column, value, words, pseudonym, with_names=mention.with_names)
    source.rows.filter(pk=mention.pk).update(**changes)


def _new_value(
    column: models.Field[Any, Any], value: Any, words: Words, pseudonym: Pseudonym, *, with_names: bool
) -> Any:
    if isinstance(column, models.EmailField):
        return "" if column.blank else pseudonym.address
    if isinstance(column, models.JSONField):
        return _deep(value, words, pseudonym.name, with_names=with_names)
    text = words.replaced(value, pseudonym.name, with_names=with_names)
    if column.name.endswith("phone") and column.blank:
        text = ""
    return text[: column.max_length] if column.max_length else text


def _deep(value: Any, words: Words, by: str, *, with_names: bool) -> Any:
    if isinstance(value, str):
        return words.replaced(value, by, with_names=with_names)
    if isinstance(value, list):
        return [_deep(one, words, by, with_names=with_names) for one in value]
    if isinstance(value, dict):
        return {
            words.replaced(key, by, with_names=with_names): _deep(one, words, by, with_names=with_names)
            for key, one in value.items()
        }
    return value
