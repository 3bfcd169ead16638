"""The words that invented organisations are made of. No name, street, address or number here is anybody's.

Counties and municipalities are real, so that lists can be filtered; streets, organisations and tools are not.
"""

from __future__ import annotations

SHOWCASE = "Bygdekor Vest"

#: Names that the demo always begins with, after the showcase.
FIRST_NAMES = (
    "Fylkeslaget Nord",
    "Fargerik Fritid",
    "Turlaget Vidda",
    "Dugnadsnettverket",
    "Frisk Friluft",
    "Kulturnav Innlandet",
    "Kystkulturlaget",
    "Leselyst Sør",
    "Samvær i nord",
    "Ungdomskorpset Fjell",
    "Nabohjelpa Øst",
    "Strandryddelaget",
    "Hagefellesskapet Solsida",
    "Språkkafeen Midt",
)
#: National organisations and what their branches are called.
UMBRELLAS = (("Landslaget for håndverk", "Håndverkslaget"), ("Fjordspeiderne", "Fjordspeiderne"))
AUTHORITIES = ("Eksempel kommune", "Eksempelfylket", "Prøvedirektoratet", "Mønsterbyen kommune")
COMPANIES = ("Eksempeldata AS", "Prøvedrift AS", "Mønstertjenester AS")
OTHERS = ("Samarbeidsrådet i Eksempelbyen",)
PROFESSIONALS = ("Bransjeforum Prøve",)

KINDS_OF_CLUB = (
    "korps", "kor", "turlag", "teaterlag", "historielag", "hagelag", "leikarring", "speidergruppe", "strikkelag",
    "sjakklubb", "båtlag", "sanglag", "filmklubb", "bokring", "kystlag", "skilag", "danselag", "lesesirkel",
    "ungdomsklubb", "velforening", "besøksvenner", "dugnadslag", "friluftsråd", "musikklag",
)  # fmt: skip
#: Invented places: the first part and the last part are put together.
PLACE_BEGINNINGS = (
    "Sol", "Gran", "Bjørk", "Nord", "Elve", "Stein", "Lyng", "Fure", "Høg", "Aspe", "Myr", "Rogn", "Sand", "Hassel",
    "Svart", "Kvit", "Storm", "Måne", "Tind", "Vår",
)  # fmt: skip
PLACE_ENDINGS = (
    "vika", "heim", "mo", "lia", "bakken", "dalen", "nes", "haug", "sletta", "stranda", "åsen", "tjern", "berget",
    "moen", "øya", "lund",
)  # fmt: skip
STREETS = (
    "Eksempelveien", "Prøvegata", "Mønsterveien", "Påfunnet", "Oppdiktstien", "Forbildebakken", "Utkastveien",
    "Skissegata", "Modellveien", "Eksempeltunet",
)  # fmt: skip

#: County, municipality, postal code and city.
PLACES = (
    ("Oslo", "Oslo", "0150", "Oslo"),
    ("Akershus", "Bærum", "1300", "Sandvika"),
    ("Akershus", "Lillestrøm", "2000", "Lillestrøm"),
    ("Østfold", "Fredrikstad", "1606", "Fredrikstad"),
    ("Østfold", "Sarpsborg", "1706", "Sarpsborg"),
    ("Buskerud", "Drammen", "3015", "Drammen"),
    ("Buskerud", "Kongsberg", "3611", "Kongsberg"),
    ("Innlandet", "Hamar", "2317", "Hamar"),
    ("Innlandet", "Lillehammer", "2609", "Lillehammer"),
    ("Vestfold", "Tønsberg", "3110", "Tønsberg"),
    ("Telemark", "Skien", "3715", "Skien"),
    ("Telemark", "Notodden", "3674", "Notodden"),
    ("Agder", "Kristiansand", "4611", "Kristiansand"),
    ("Agder", "Arendal", "4836", "Arendal"),
    ("Rogaland", "Stavanger", "4006", "Stavanger"),
    ("Rogaland", "Haugesund", "5528", "Haugesund"),
    ("Vestland", "Bergen", "5003", "Bergen"),
    ("Vestland", "Voss", "5700", "Voss"),
    ("Vestland", "Sogndal", "6856", "Sogndal"),
    ("Møre og Romsdal", "Molde", "6413", "Molde"),
    ("Møre og Romsdal", "Ålesund", "6003", "Ålesund"),
    ("Trøndelag", "Trondheim", "7011", "Trondheim"),
    ("Trøndelag", "Steinkjer", "7713", "Steinkjer"),
    ("Nordland", "Bodø", "8003", "Bodø"),
    ("Nordland", "Narvik", "8514", "Narvik"),
    ("Troms", "Tromsø", "9008", "Tromsø"),
    ("Troms", "Harstad", "9405", "Harstad"),
    ("Finnmark", "Alta", "9510", "Alta"),
    ("Finnmark", "Vadsø", "9800", "Vadsø"),
)
#: Where organisations often write nynorsk.
NYNORSK_COUNTIES = ("Vestland", "Møre og Romsdal")
SHOWCASE_PLACE = ("Vestland", "Sogndal", "6856", "Sogndal")

#: Contacts are roles: name, what they do, and the first part of their address.
CONTACTS = (
    ("Leder", "Styret", "leder"),
    ("Kasserer", "Får fakturaene", "kasserer"),
    ("Daglig leder", "Administrasjonen", "daglig.leder"),
    ("Nettansvarlig", "Nettsider og medlemsliste", "nett"),
    ("Sekretær", "Styret", "sekretaer"),
    ("Kursansvarlig", "Opplæring", "kurs"),
)
AUTHORITY_CONTACTS = (
    ("Saksbehandler", "Frivillighet", "saksbehandler"),
    ("Kulturleder", "Kulturavdelingen", "kultur"),
)

#: The first was written early, the other of late.
NOTES_OF_SHOWCASE = (
    ("Koret får tilskuddet sitt sent på året. Vi har avtalt 60 dager å betale på.", True),
    ("Styret vil ha vedtak om medlemssystem før årsmøtet.", False),
)
#: Notes on organisations: the text, and whether the organisation reads it.
NOTES = (
    ("Ringte leder. Styret vil ha et anslag før de bestemmer seg.", False),
    ("Styret vil ha vedtak før årsmøtet i mars.", False),
    ("Ny kasserer fra årsmøtet. Trenger tilgang til portalen.", False),
    ("Vi har avtalt at kasserer er kontakt for alt som gjelder faktura.", True),
    ("Møtte leder på frivillighetskonferansen. Interessert i felles innlogging med to andre lag.", False),
    ("Foretrekker møter på nett etter klokka 18.", False),
    ("Medlemslista ligger i et regneark som tre personer retter i.", False),
    ("Dere kan sende inn årsregnskapet så snart årsmøtet har godkjent det.", True),
    ("Avklart på telefon: oppdraget venter til etter sommerferien.", True),
    ("Laget slår seg kanskje sammen med nabolaget neste år. Ta det opp i neste møte.", False),
    ("Takker for god hjelp og vil gjerne fortelle om det på neste samling.", False),
    ("Ber om at rapporten er kort nok til å leses opp på årsmøtet.", False),
)
