"""Pages as a browser reads them: the elements there are, and the forms with what they would send."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

#: Elements without an end.
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    name: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Field:
    """A control: what it is called, its kind (`text`, `select`, `checkbox`…), and what it would send, if anything."""

    name: str
    kind: str
    value: str | None
    options: list[str] = field(default_factory=list)
    required: bool = False
    #: How many signs the page lets one type.
    longest: int = 0


@dataclass
class Form:
    method: str
    action: str
    fields: list[Field] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        return {each.name for each in self.fields}

    def as_shown(self) -> dict[str, list[str]]:
        """What a browser would send if somebody pressed the button at once."""
        return self._sent(lambda each: each.value)

    def filled(self) -> dict[str, list[str]]:
        """As shown, with something likely in what must not be empty."""
        return self._sent(lambda each: each.value or (_likely(each) if each.required else each.value))

    def _sent(self, value_of: object) -> dict[str, list[str]]:
        sent: dict[str, list[str]] = {}
        for each in self.fields:
            value = value_of(each)  # type: ignore[operator]
            if value is None or each.kind in ("file", "submit"):
                continue
            if each.kind == "radio" and each.name in sent:
                continue
            sent.setdefault(each.name, []).append(value)
        return sent


def _longest(attributes: dict[str, str]) -> int:
    return int(attributes.get("maxlength", "0") or 0)


def _likely(field: Field) -> str | None:
    name = field.name.rpartition("-")[2]
    if field.kind in ("checkbox", "submit", "file", "hidden"):
        return field.options[0] if field.kind == "checkbox" and field.options else field.value
    if field.kind in ("select", "radio"):
        return next((option for option in field.options if option), field.value)
    if "email" in name or field.kind == "email":
        return "noen@lag.example"
    if field.kind == "url" or "url" in name:
        return "https://katalogen.example/verktoy"
    if "year" in name:
        return "2026"
    if name.endswith("_no") or "phone" in name:
        return ""
    words = (
        "amount",
        "income",
        "hours",
        "minutes",
        "percent",
        "price",
        "number",
        "part",
        "members",
        "seats",
        "count",
        "passed_on",
    )
    if field.kind == "number" or any(word in name for word in words):
        return "1"
    if any(word in name for word in ("day", "date", "_on", "valid", "from", "starts", "ends", "until")) or name == "to":
        return "1.12.2026"
    return "Noe som er skrevet"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.forms: list[Form] = []
        self._open: list[Element] = []
        self._form: Form | None = None
        self._select: Field | None = None
        self._chosen = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)
        self._note(element)

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            closed = self._open.pop()
            if closed.name == "textarea" and self._form:
                # A browser drops the one line break after the tag.
                self._form.fields.append(
                    Field(
                        closed.attributes.get("name", ""),
                        "textarea",
                        closed.text.removeprefix("\n"),
                        [],
                        "required" in closed.attributes,
                        _longest(closed.attributes),
                    )
                )
            if closed.name == tag:
                break
        if tag == "select" and self._select and self._form:
            if not self._chosen and self._select.options:
                self._select.value = self._select.options[0]
            self._form.fields.append(self._select)
            self._select = None
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1].text += data

    def _note(self, element: Element) -> None:
        said = element.attributes
        if element.name == "form":
            self._form = Form(said.get("method", "get").lower(), said.get("action", ""))
            self.forms.append(self._form)
        elif element.name == "select":
            self._select, self._chosen = Field(said.get("name", ""), "select", None, [], "required" in said), False
        elif element.name == "option" and self._select is not None:
            self._select.options.append(said.get("value", ""))
            if "selected" in said:
                self._select.value, self._chosen = said.get("value", ""), True
        elif element.name in ("input", "button") and "name" in said:
            self._control(element)

    def _control(self, element: Element) -> None:
        said = element.attributes
        form = self._form
        if "form" in said and form is None:
            return
        if form is None:
            return
        kind = said.get("type", "text" if element.name == "input" else "submit")
        value: str | None = said.get("value", "on" if kind in ("checkbox", "radio") else "")
        if kind in ("checkbox", "radio"):
            same = next((each for each in form.fields if each.name == said["name"] and each.kind == kind), None)
            ticked = value if "checked" in said else None
            if same is None or kind == "checkbox":
                form.fields.append(Field(said["name"], kind, ticked, [value or ""], "required" in said))
            else:
                same.options.append(value or "")
                same.value = ticked or same.value
            return
        form.fields.append(Field(said["name"], kind, value, [value or ""], "required" in said, _longest(said)))


def elements(page: str) -> Iterator[Element]:
    """Every element of the page."""
    return iter(_read(page).elements)


def forms(page: str) -> list[Form]:
    """The forms of the page that are posted, without the switch of language and signing out."""
    return [
        form for form in _read(page).forms if form.method == "post" and form.action not in ("/language/", "/logout/")
    ]


def _read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader
