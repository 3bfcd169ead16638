"""Everything is said in bokmål, all that organisations read in nynorsk, and both keep to the words of the house."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from tests.architecture.sources import ROOT, python_files, short, templates

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


@cache
def _catalogue(language: str) -> Catalog:
    path = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


@cache
def _said() -> tuple[tuple[Path, str, str | None], ...]:
    """(file, message id, context) of all that code and templates say."""
    return tuple(_read())


def _read() -> Iterator[tuple[Path, str, str | None]]:
    for path in (*python_files(), *templates()):
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # The indentation of a page means nothing to Python's tokenizer.
            text = "\n".join(line.lstrip() for line in templatize(text, origin=short(path)).splitlines())
        for _line, message, _comments, context in extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS):
            yield path, message if isinstance(message, str) else message[0], context


#: What organisations read: the portal, the door, mails, documents, and the components these are made of.
READ_BY_ORGANISATIONS = (
    "templates/accessibility.html",
    "templates/account/",
    "templates/base.html",
    "templates/billing/_price_statement.html",
    "templates/billing/_self_cost.html",
    "templates/c/",
    "templates/door.html",
    "templates/invitation/",
    "templates/mail/",
    "templates/mfa/",
    "templates/plain.html",
    "templates/portal",
    "templates/privacy.html",
    "templates/refused.html",
    "templates/settings/me",
    "templates/socialaccount/",
    "advisory/kernel/errors.py",
    "advisory/kernel/field_words.py",
    "advisory/kernel/forms.py",
    "advisory/kernel/note_field.py",
    "advisory/web/failures.py",
    "advisory/web/me/",
    "advisory/web/statements.py",
    "billing/discounts/letter",
    "billing/discounts/portal.py",
    "billing/invoicing/mail.py",
    "billing/invoicing/pdf",
    "billing/invoicing/price_",
    "billing/portal.py",
    "clients/invitations/",
    "clients/memberships/",
    "clients/portal.py",
    "engagements/portal.py",
    "engagements/report/",
)


def _missing(language: str, *places: str) -> list[str]:
    catalogue = _catalogue(language)
    missing = {}
    for path, message_id, context in _said():
        if not message_id or not short(path).startswith(places or ("",)):
            continue
        found = catalogue.get(message_id, context)
        if found is None or not _is_complete(found.string) or found.fuzzy:
            missing[message_id] = short(path)
    return [f"{place}: {message_id!r}" for message_id, place in missing.items()]


def test_everything_said_is_translated_into_bokmaal() -> None:
    missing = _missing("nb")
    assert not missing, f"{len(missing)} without bokmål:\n" + "\n".join(missing)


def test_everything_organisations_read_is_translated_into_nynorsk() -> None:
    names = [short(path) for path in (*python_files(), *templates())]
    assert all(any(name.startswith(place) for name in names) for place in READ_BY_ORGANISATIONS)
    missing = _missing("nn", *READ_BY_ORGANISATIONS)
    assert not missing, f"{len(missing)} without nynorsk:\n" + "\n".join(missing)


def _is_complete(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


def _translations(language: str) -> Iterator[tuple[str, str]]:
    """(message id, translation) of a catalogue; of a plural, each form with the id it translates."""
    for message in _catalogue(language):
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        yield from ((said, string) for said, string in zip(ids, strings, strict=True) if said and string)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_no_translation_is_a_guess(language: str) -> None:
    assert not [message.id for message in _catalogue(language) if message.id and message.fuzzy]
    assert not _catalogue(language).obsolete


#: Words that no Norwegian sentence has.
ENGLISH = re.compile(r"\b(?:the|of|with|has|are|this|which|who|was|not|your|without|hours|you|we|is)\b", re.IGNORECASE)


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_no_translation_is_left_in_english(language: str) -> None:
    found = [string for _said, string in _translations(language) if ENGLISH.search(FACTS.sub(" ", string))]
    assert not found


#: What a translation must take over unchanged: `%(name)s`, `%%`, `{name}` and the tags of HTML with their attributes.
FACTS = re.compile(r"%\(\w+\)[sd]|%%|%[sd]|\{\w+\}|</?[a-z][^>]*>")


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_translations_fill_in_the_same_facts(language: str) -> None:
    """A `%(name)s` that a translation drops or misspells would be an error before a person's eyes."""
    wrong = [said for said, string in _translations(language) if set(FACTS.findall(said)) != set(FACTS.findall(string))]
    assert not wrong
    assert not [message.id for message in _catalogue(language) if message.id and message.string and message.check()]


#: Words that the house does not use, and in each written form the words of the other.
FORBIDDEN = {
    "nb": r"vennligst|påkrev\w*|obligatorisk\w*|rediger\w*|dashbord|ikkje|korleis|kva|kven|kvifor|frå|timar|berre|"
    r"dykk|dykkar|sjølvkost|rabattsteg|tilråding\w*|førespurnad\w*",
    "nn": r"ver vennleg|vennlegst|påkrav\w*|påkrevd\w*|obligatorisk\w*|rediger\w*|ikke|hva|hvem|hvor|hvordan|hvorfor|"
    r"hvilke\w*|hver|hvert|hvis|fra|timer|bare|dere|deres|jeg|noe|noen|mer|selvkost|rabattrinn\w*|anbefaling\w*|henvendelse\w*|"
    r"rådgiver|rådgivning|grunntilskudd|tilskudd|utstede\w*|utsted|uke|måneder?|nå|ennå|igjen å|også",
}


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_translations_keep_to_the_words_of_the_house(language: str) -> None:
    forbidden = re.compile(rf"\b(?:{FORBIDDEN[language]})\b", re.IGNORECASE)
    found = [(hit[0], string) for _said, string in _translations(language) if (hit := forbidden.search(string))]
    assert not found


#: Words that are bokmål and never nynorsk, whatever they mean; and endings that nynorsk does not have.
NEVER_NYNORSK = re.compile(
    r"\b(?:allerede|annen|annet|ble|bilde\w*|brukere|brukes|dager|egen|eget|egne|endrer|endres|ennå|finnes|flere|"
    r"forespør\w*|fortsatt|følger|gis|gjelder|gjør|gjøre|gjøres|hele|helt|henter|hjelpen|hun|kasserer|kommer|kreves|"
    r"kunder|lagrer|lagres|leder|lenke|lenken|listen|lønn|mangler|meldingen|mens|mottaker\w*|mottatt|mulig|navn\w*|"
    r"opplysninger|ordner|organisasjoner\w*|overskudd|penger|regnskap\w*|regnes|retter|riktig\w*|sammen|samlet|selv|"
    r"sendes|sier|siden|skriver|slettes|sted\w*|tall|tallene|tallet|tatt|tidlig|tidligere|tiden|trenger|tilgjengelig\w*|"
    r"uken|underskudd|uten|vanlig|varsler|vedtatt\w*|veien|veldig|velg\w*|venter|vet|vises|vært|være|åpne\w*|årene)\b"
    r"|\b(?!frivillig)\w{3,}lig(?:e|ere|st|ste)?\b|\b\w{4,}het(?:en|er|ene)?\b",
    re.IGNORECASE,
)


def test_nynorsk_has_no_word_of_bokmaal() -> None:
    assert not [(hit[0], string) for _said, string in _translations("nn") if (hit := NEVER_NYNORSK.search(string))]


def test_a_word_of_bokmaal_would_be_found() -> None:
    for sentence in (
        "Rabatten gjelder fra i dag.",
        "Organisasjonen mangler regnskap.",
        "Det er ikke mulig uten tilgang.",
        "Timene er allerede fakturert.",
        "Tilgjengelighet",
    ):
        assert NEVER_NYNORSK.search(sentence), sentence
    for sentence in ("Rabatten gjeld frå i dag.", "Frivillige organisasjonar manglar rekneskap.", "Tilgjenge"):
        assert not NEVER_NYNORSK.search(sentence), sentence


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_a_translation_ends_as_its_message_does(language: str) -> None:
    """Labels without a full stop, messages with one, and «:» or «?» where the message has it."""
    wrong = [
        (said, string)
        for said, string in _translations(language)
        if said != SAID_AS_A_LABEL
        and said[-1] != string[-1]
        and {said[-1], string[-1]} & set(".?:!")
        and not string.endswith(SHORTENED)
    ]
    assert not wrong


#: Django's sentence for an empty field, which stands by the field like a label.
SAID_AS_A_LABEL = "This field is required."
#: Words that end in a full stop because they are shortened.
SHORTENED = ("mva.", "mill.", "ref.", "nr.")


class _Literals(HTMLParser):
    """The words a page says by itself: its text, and the attributes that are read aloud or shown."""

    SPOKEN = ("aria-label", "aria-description", "title", "alt", "placeholder")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in self.SPOKEN and value]

    def handle_data(self, data: str) -> None:
        self.found += data.split("\n")


#: Names and keys that are the same in every language; the page of a broken server, where nothing can be asked for.
SAME_EVERYWHERE = {"Selvkost", "KID", "MVA", "PDF", "Ctrl K"}
WITHOUT_LANGUAGE = ROOT / "templates" / "500.html"


def test_no_template_says_anything_unmarked() -> None:
    unmarked = []
    for path in templates():
        if path == WITHOUT_LANGUAGE:
            continue
        text = path.read_text(encoding="utf-8")
        # A single word that fills a block of the frame is a value of an attribute.
        text = re.sub(r"\{% block \w+ %\}[a-z]+\{% endblock %\}", "", text)
        for block in ("comment", "blocktranslate"):
            text = re.sub(rf"\{{% {block}\b.*?\{{% end{block} %\}}", " ", text, flags=re.DOTALL)
        # A placeholder in the text of a mail is no word.
        text = re.sub(r"(?<![{\w])\{\w+\}(?!\})", " ", text)
        page = _Literals()
        page.feed(re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "\n", text, flags=re.DOTALL))
        page.close()
        words = (said.strip(" \t–·,.:;()«»“”") for said in page.found)
        unmarked += [
            f"{short(path)}: {said}"
            for said in words
            if re.search(r"[^\W\d_]{2,}", said) and said not in SAME_EVERYWHERE
        ]
    assert not unmarked
