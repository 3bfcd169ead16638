"""All about a person or an organisation on paper: an index first, then the records, kind by kind.

The JSON file has every column of every record; paper has those with words, and of long lists the newest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advisory.kernel import show
from advisory.kernel.pdf import flow
from advisory.kernel.pdf.flow import Piece, Sender, TableColumn, TableRow
from advisory.kernel.pdf.sheet import LEFT, NOTE, RIGHT, SMALL, Sheet, lines_of, millimetres
from advisory.kernel.pdf.text import clean
from advisory.kernel.personal_data.export import Export, Fact, Part
from advisory.web.personal_data.words import ROLES, event_words, label_of, value_of

#: Records of one kind on paper; the rest is in the JSON file.
MOST = 60
#: Two facts beside each other: where each begins, the room of its label, and of its value.
COLUMNS = (LEFT, 107.0)
LABEL, VALUE = 30.0, 53.0
WIDE = RIGHT - LEFT - LABEL
STEP = 0.95
#: More lines than this are broken into pieces, so that a page can end between them.
TALLEST = 40


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and a value; `lines` of the value over the whole width where it does not fit beside another."""

    label: tuple[str, ...]
    value: str
    lines: tuple[str, ...]

    @property
    def height(self) -> int:
        return max(len(self.label), len(self.lines))

    @property
    def is_short(self) -> bool:
        return len(self.lines) == 1 and millimetres(self.value, SMALL) <= VALUE


def render(export: Export, sender: Sender, *, title: str, about: str, made_at: datetime, language: str) -> bytes:
    """Give the PDF; the same value gives the same bytes."""
    with translation.override(language):
        return _Drawing(export, sender, title, about, made_at, language).draw()


class _Drawing:
    def __init__(
        self, export: Export, sender: Sender, title: str, about: str, made_at: datetime, language: str
    ) -> None:
        self.export, self.sender, self.title, self.about = export, sender, title, about
        self.made_at, self.language = made_at, language
        self.is_organisation = any(part.table == "clients.organisation" for part in export.parts)
        self.sheet = Sheet(
            title=f"{title}: {clean(about)}", author=sender.name, subject=about, language=language, accent=sender.accent
        )

    def draw(self) -> bytes:
        pieces = [*self._index(), *(piece for part in self.export.parts for piece in self._part(part)), *self._acts()]
        return flow.draw(self.sheet, self.sender, self._head(), pieces)

    def _head(self) -> flow.Head:
        records = sum(part.count for part in self.export.parts)
        made = timezone.localtime(self.made_at)
        band = [
            (24.0, _("Records"), show.whole(records, self.language)),
            (84.0, _("Kinds"), str(len(self.export.parts))),
            (130.0, _("Taken out"), show.moment(made, self.language)),
        ]
        foot = [_("Passwords, keys and other secrets are not handed out. Attached files are named, not included.")]
        return flow.Head(
            title=self.title,
            about=self.about,
            band=band,
            running=show.day(made.date()),
            running_on=f"{self.title}: {self.about}",
            foot=foot,
        )

    def _index(self) -> Iterator[Piece]:
        yield flow.heading(self.sheet, _("What there is"))
        if not self.export.parts:
            yield flow.prose(self.sheet, _("Nothing is kept."))
            return
        columns = [
            TableColumn(_("Kind"), LEFT, 120, is_text=True),
            TableColumn(_("Records"), RIGHT, 30),
        ]
        rows = [TableRow((str(part.label), show.whole(part.count, self.language))) for part in self.export.parts]
        yield from flow.table(self.sheet, columns, rows, step=1.15)

    def _part(self, part: Part) -> Iterator[Piece]:
        count = ngettext("%(n)s record", "%(n)s records", part.count) % {"n": show.whole(part.count, self.language)}
        self_label = str(part.label)
        yield flow.heading(self.sheet, self_label, remark=count, above=1.2)
        for record in part.records[-MOST:]:
            yield from self._record(record)
        if part.count > MOST:
            more = _("These are the %(shown)s newest. The JSON file has all %(all)s.")
            yield flow.prose(self.sheet, more % {"shown": MOST, "all": show.whole(part.count, self.language)})

    def _record(self, record: Sequence[Fact]) -> Iterator[Piece]:
        pairs = [self._pair(*told) for told in self._told(record)]
        rows = list(_rows([pair for pair in pairs if pair is not None]))
        taken: list[tuple[Pair, ...]] = []
        height = 0
        for row in rows:
            if taken and height + _height(row) > TALLEST:
                yield self._block(taken, is_last=False)
                taken, height = [], 0
            taken.append(row)
            height += _height(row)
        if taken:
            yield self._block(taken, is_last=True)

    def _told(self, record: Sequence[Fact]) -> Iterator[tuple[str, str]]:
        """Label and value of each fact; an event of the audit log in the words of its page."""
        facts = {fact.name: fact for fact in record}
        if "object_type" in facts:
            yield from event_words(facts, self.language)
            return
        for fact in record:
            # All that belongs to an organisation belongs to it.
            if not (self.is_organisation and fact.name == "organisation"):
                yield label_of(fact), value_of(fact, self.language)

    def _pair(self, label: str, value: str) -> Pair | None:
        if not label or not value:
            return None
        lines = [line for text in value.splitlines() for line in lines_of(text, WIDE, SMALL)]
        return Pair(tuple(lines_of(capfirst(label), LABEL - 2, NOTE)[:2]), value, tuple(lines[:TALLEST]))

    def _block(self, rows: list[tuple[Pair, ...]], *, is_last: bool) -> Piece:
        height = sum(_height(row) for row in rows) * STEP + (0.75 if is_last else 0)

        def drawn(line: float) -> None:
            for row in rows:
                for x, pair in zip(COLUMNS, row, strict=False):
                    self.sheet.block(x, line, pair.label, NOTE, step=STEP, colour=self.sheet.colours.soft)
                    self.sheet.block(x + LABEL, line, pair.lines, SMALL, step=STEP)
                line += _height(row) * STEP
            if is_last:
                self.sheet.rule(line - 0.35)

        return Piece(height, drawn)

    def _acts(self) -> Iterator[Piece]:
        if not self.export.acts:
            return
        yield flow.heading(self.sheet, _("What the person has done in the program"), above=1.2)
        yield flow.prose(self.sheet, _("Counted by kind. The JSON file has each with its day."))
        counted = Counter((str(act.label), str(ROLES.get(act.role, act.role))) for act in self.export.acts)
        columns = [
            TableColumn(_("Kind"), LEFT, 80, is_text=True),
            TableColumn(_("As"), 107, 45, is_text=True),
            TableColumn(_("Times"), RIGHT, 30),
        ]
        rows = [TableRow((what, role, show.whole(count, self.language))) for (what, role), count in counted.items()]
        yield from flow.table(self.sheet, columns, rows, step=1.15)


def _rows(pairs: list[Pair]) -> Iterator[tuple[Pair, ...]]:
    """Short pairs two and two, long ones alone, in their order."""
    waiting: Pair | None = None
    for pair in pairs:
        if not pair.is_short:
            if waiting is not None:
                yield (waiting,)
                waiting = None
            yield (pair,)
        elif waiting is None:
            waiting = pair
        else:
            yield (waiting, pair)
            waiting = None
    if waiting is not None:
        yield (waiting,)


def _height(row: tuple[Pair, ...]) -> int:
    return max(pair.height for pair in row)
