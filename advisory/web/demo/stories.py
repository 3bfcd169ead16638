"""What each kind of help is about: titles, goals, what is written beside the hours, what came of it. Bokmål.

One `Story` per service type; the engagements, hours and results of the demo are told with them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Aim:
    """A goal with its measure: figures before, as hoped and after, and the result where all went well."""

    goal: str
    unit: str
    before: str
    target: str
    after: str
    result: str


@dataclass(frozen=True, slots=True)
class Story:
    """The words of one service type. `tools` are identifier, title, version and why it fits (or not)."""

    code: str
    names: tuple[str, str, str]
    vat_reason: str
    titles: tuple[str, ...]
    goals: tuple[str, ...]
    hours: tuple[str, ...]
    done: tuple[str, ...]
    aims: tuple[Aim, ...]
    steps: tuple[str, ...]
    tools: tuple[tuple[str, str, str, str], ...]


_ADVICE = "Rådgivning er avgiftspliktig etter merverdiavgiftsloven § 3-1."

STORIES: tuple[Story, ...] = (
    Story(
        code="medlemssystem",
        names=("Medlemssystem", "Medlemssystem", "Membership system"),
        vat_reason=_ADVICE,
        titles=("Medlemssystem", "Bytte av medlemssystem", "Medlemsregister for lokallagene", "Kontingent på nett"),
        goals=(
            "Velge ett medlemssystem som kasserer og leder kan drifte selv.",
            "Samle medlemslistene i ett register som alle lokallag kan bruke.",
            "Kreve inn kontingenten uten regneark og uten purring for hånd.",
        ),
        hours=(
            "Møte med styret om behov",
            "Gjennomgang av kravliste med kasserer",
            "Sammenligning av tre medlemssystemer",
            "Prøveimport av medlemslista",
            "Notat til styret om valg av system",
            "Demonstrasjon fra leverandør sammen med leder",
            "Opprydding i medlemslista før flytting",
            "Oppsett av kontingent og roller",
            "Samtale med to lag som bruker systemet",
        ),
        done=(
            "Vi har gått gjennom hvordan medlemmene registreres i dag, og laget en kravliste sammen med styret. Tre "
            "systemer fra verktøykatalogen ble prøvd med en kopi av medlemslista.\n\nStyret har sett to av dem i bruk. "
            "Notatet som følger rapporten, viser hva hvert system koster de tre første årene.",
            "Medlemslista er ryddet og flyttet. Dobbeltføringer er slått sammen, og tidligere medlemmer er slettet "
            "etter avtale med styret.\n\nKasserer har kjørt den første kontingenten selv, med oss på telefon.",
        ),
        aims=(
            Aim(
                "Kasserer kan kreve inn kontingenten alene",
                "av 5",
                "2",
                "4",
                "4",
                "Kontingenten for i år ble krevd inn på én kveld.",
            ),
            Aim("Færre dobbeltføringer i medlemslista", "navn", "64", "5", "3", "Lista er vasket og har én eier."),
            Aim(
                "Flere betaler kontingenten innen fristen",
                "prosent",
                "58",
                "80",
                "83",
                "Andelen er målt i det nye systemet.",
            ),
        ),
        steps=(
            "Styret vedtar system på neste styremøte",
            "Kasserer inviterer lokallagene inn i registeret",
            "Si opp avtalen om det gamle systemet",
        ),
        tools=(
            ("tool-lagsboka", "Lagsboka", "2026.2", "Passer fordi kontingent og kurs føres ett sted."),
            ("tool-medlemsbasen-apen", "Medlemsbasen Åpen", "5.1", "Rimeligst. Mangler påmelding til øvelser."),
            ("tool-kontingenten", "Kontingenten", "3.4", "For stort for et lag uten ansatte."),
        ),
    ),
    Story(
        code="digital-strategi",
        names=("Digital strategi", "Digital strategi", "Digital strategy"),
        vat_reason=_ADVICE,
        titles=("Digital strategi", "Veikart for digitale verktøy", "Oversikt over systemer", "Samordning av systemer"),
        goals=(
            "En plan for digitale verktøy som styret kan vedta på ett møte.",
            "Vite hvilke systemer organisasjonen betaler for, og hvilke den trenger.",
            "Få systemene til å utveksle opplysninger i stedet for å føre dem to ganger.",
        ),
        hours=(
            "Oppstartsmøte med styret",
            "Kartlegging av systemer og avtaler",
            "Intervju med to lokallag",
            "Arbeidsmøte om mål og prioritering",
            "Utkast til plan",
            "Gjennomgang av utkast med leder",
            "Regning på kostnader over tre år",
            "Forberedelse til styremøte",
        ),
        done=(
            "Vi har kartlagt systemer, avtaler og kostnader, og snakket med to lokallag om hva som tar tid. Styret har "
            "valgt tre satsinger for de neste to årene.\n\nPlanen er på fire sider og sier hvem som gjør hva.",
            "Organisasjonen hadde elleve abonnementer fordelt på fem personer. Vi har laget én oversikt, foreslått "
            "hvilke fire som kan sies opp, og hvem som skal ha ansvar for resten.",
        ),
        aims=(
            Aim("Styret har vedtatt en digital plan", "planer", "0", "1", "1", "Vedtatt på styremøtet."),
            Aim("Færre systemer som gjør det samme", "systemer", "11", "7", "7", "Fire abonnementer er sagt opp."),
            Aim("Lavere utgifter til systemer", "kr i året", "38000", "25000", "26400", "Tallet er fra regnskapet."),
        ),
        steps=(
            "Legge planen fram for årsmøtet",
            "Utnevne en som har ansvar for systemene",
            "Gå gjennom planen på nytt om et halvt år",
        ),
        tools=(
            ("tool-planveven", "Planveven", "1.8", "Passer fordi hele styret kan skrive i samme plan."),
            ("tool-systemkartet", "Systemkartet", "2.0", "Enkel oversikt over avtaler og frister."),
        ),
    ),
    Story(
        code="anskaffelsesbistand",
        names=("Anskaffelsesbistand", "Hjelp til innkjøp", "Procurement support"),
        vat_reason=_ADVICE,
        titles=("Anskaffelse av økonomisystem", "Kjøp av nettside", "Påmelding og betaling", "Bytte av e-post"),
        goals=(
            "Kjøpe et økonomisystem som passer et lag med frivillig kasserer.",
            "Få tilbud fra minst tre leverandører på samme grunnlag.",
            "Bytte leverandør uten at noe går tapt på veien.",
        ),
        hours=(
            "Behov og rammer, møte med kasserer",
            "Kravspesifikasjon, første utkast",
            "Spørsmål til leverandører",
            "Gjennomgang av tre tilbud",
            "Poengsetting av tilbudene sammen med styret",
            "Lest avtalevilkår, merknader til leder",
            "Forhandling om pris og oppsigelsestid",
            "Plan for overgang",
        ),
        done=(
            "Vi har skrevet en kravspesifikasjon på to sider og hentet inn tre tilbud. Tilbudene er vurdert etter "
            "pris, støtte på norsk og hvor lett det er å komme ut av avtalen.\n\nStyret valgte det nest rimeligste.",
            "Avtalen er gjennomgått punkt for punkt. Leverandøren har strøket kravet om tre års binding og tatt inn at "
            "organisasjonen eier sine egne opplysninger.",
        ),
        aims=(
            Aim("Minst tre tilbud på samme grunnlag", "tilbud", "1", "3", "3", "Alle tre svarte på de samme kravene."),
            Aim("Kortere bindingstid", "måneder", "36", "12", "12", "Står i avtalen."),
            Aim("Kasserer bruker mindre tid på bilag", "timer i måneden", "9", "4", "5", "Kasserers eget anslag."),
        ),
        steps=(
            "Signere avtalen",
            "Sette av to kvelder til overgangen",
            "Lagre tilbudene i arkivet",
        ),
        tools=(
            ("tool-bilagsbua", "Bilagsbua", "7.0", "Passer fordi bilag kan sendes inn fra telefonen."),
            ("tool-pameldt", "Påmeldt", "4.2", "Tar imot betaling og gir liste til regnskapet."),
            ("tool-kassaboka", "Kassaboka", "12", "Krever at én person fører alt. Frarådes."),
        ),
    ),
    Story(
        code="personvern",
        names=("Personvern", "Personvern", "Data protection"),
        vat_reason=_ADVICE,
        titles=("Personvern i praksis", "Behandlingsoversikt", "Rutiner for medlemsdata", "Samtykke til bilder"),
        goals=(
            "Ha orden på hvilke personopplysninger laget har, og hvorfor.",
            "En rutine for sletting som et styre med lite tid klarer å følge.",
            "Trygge foreldre om hvordan bilder av barn brukes.",
        ),
        hours=(
            "Gjennomgang av hva som er registrert om medlemmene",
            "Utkast til behandlingsoversikt",
            "Møte med styret om sletting",
            "Databehandleravtaler, gjennomlesing",
            "Tekst til nettsida om personvern",
            "Svar på spørsmål om innsyn",
            "Skjema for samtykke til bilder",
        ),
        done=(
            "Vi har laget en behandlingsoversikt på én side og ryddet i hvem som har tilgang til medlemslista. Gamle "
            "deltakerlister er slettet.\n\nStyret har fått en rutine med fire punkter, som tas hvert år i januar.",
            "Alle avtaler med leverandører er funnet fram. To manglet databehandleravtale; begge er på plass nå.",
        ),
        aims=(
            Aim("Oversikt over behandlinger er på plass", "av 5", "1", "4", "4", "Oversikten er godkjent av styret."),
            Aim("Færre med tilgang til hele medlemslista", "personer", "14", "4", "4", "Tilgangene er ryddet."),
        ),
        steps=(
            "Ta rutinen på styremøtet i januar",
            "Be foreldre om nytt samtykke ved sesongstart",
            "Legge teksten om personvern på nettsida",
        ),
        tools=(
            ("tool-slettelista", "Slettelista", "1.1", "Minner styret om frister for sletting."),
            ("tool-bildearkivet", "Bildearkivet", "3.0", "Holder samtykke og bilde sammen."),
        ),
    ),
    Story(
        code="informasjonssikkerhet",
        names=("Informasjonssikkerhet", "Informasjonstryggleik", "Information security"),
        vat_reason=_ADVICE,
        titles=("Sikker innlogging", "IT-sikkerhet i lokallagene", "Felles fillagring", "Felles innlogging"),
        goals=(
            "To-trinns innlogging for alle som ser medlemsdata.",
            "Ingen felles passord på lapp eller i e-post.",
            "Filer som laget eier, og som ikke forsvinner med den som slutter.",
        ),
        hours=(
            "Gjennomgang av kontoer og tilganger",
            "Oppsett av to-trinns innlogging med styret",
            "Flytting av filer til felles område",
            "Rutine for når noen slutter",
            "Opprydding i delte passord",
            "Prøve på gjenoppretting av sikkerhetskopi",
            "Samtale om mistenkelig e-post",
        ),
        done=(
            "Alle i styret har fått egen konto med to-trinns innlogging. Det felles passordet er byttet og tatt ut av "
            "bruk.\n\nFilene ligger nå på lagets eget område, og vi har prøvd å hente dem tilbake fra sikkerhetskopi.",
            "Vi har laget en sjekkliste for når noen slutter eller kommer til. Den ble brukt første gang i mai.",
        ),
        aims=(
            Aim("Styremedlemmer med to-trinns innlogging", "prosent", "15", "100", "100", "Kontrollert i systemet."),
            Aim("Delte passord i bruk", "passord", "9", "0", "1", "Ett står igjen hos banken."),
        ),
        steps=(
            "Bruke sjekklista ved neste valg",
            "Prøve sikkerhetskopien en gang i året",
            "Kurs for lokallagene til høsten",
        ),
        tools=(
            ("tool-nokkelknippet", "Nøkkelknippet", "6.3", "Passer fordi styret kan dele tilgang uten å dele passord."),
            ("tool-fellesskapet", "Fellesskapet", "2.9", "Lagring i Norge, eies av organisasjonen."),
        ),
    ),
    Story(
        code="sporsmal-og-svar",
        names=("Spørsmål og svar", "Spørsmål og svar", "Questions and answers"),
        vat_reason="Svar på telefon og e-post er rådgivning, avgiftspliktig etter merverdiavgiftsloven § 3-1.",
        titles=("Spørsmål og svar", "Støtte til ny kasserer", "Hjelp til nettside", "Løpende hjelp"),
        goals=(
            "Korte svar når styret står fast.",
            "En ny kasserer som er trygg på systemene etter en måned.",
        ),
        hours=(
            "Spørsmål om flytting av e-postliste, på telefon",
            "Svar på e-post om nettsida",
            "Hjelp til innlogging",
            "Spørsmål om kontingent og betaling på telefon",
            "Veiledning på nett, skjermdeling",
            "Svar om regler for arrangement på nett",
        ),
        done=(
            "Vi har svart på spørsmål på telefon og e-post. De fleste gjaldt innlogging og medlemslista.",
            "Ny kasserer har fått tre korte samtaler og en oversikt over hvor alt ligger.",
        ),
        aims=(
            Aim("Kasserer er trygg på systemene", "av 5", "2", "4", "5", "Kasserers eget svar."),
            Aim("Svar innen to dager", "prosent", "0", "90", "95", "Regnet ut fra e-postene."),
        ),
        steps=("Samle svarene i lagets egen veileder", "Ta kontakt ved neste skifte av kasserer"),
        tools=(("tool-sporretavla", "Spørretavla", "1.0", "Samler spørsmål og svar for lokallagene."),),
    ),
    Story(
        code="opplaering",
        names=("Opplæring", "Opplæring", "Training"),
        vat_reason="Undervisning er unntatt etter merverdiavgiftsloven § 3-5.",
        titles=("Opplæring av styret", "Kurs i digitale møter", "Opplæring i medlemsregisteret", "Kveldskurs for lag"),
        goals=(
            "Alle i styret kan bruke verktøyene laget har valgt.",
            "Ti lokallag som kan holde årsmøte på nett.",
        ),
        hours=(
            "Kurskveld på nett",
            "Forberedelse av kurs",
            "Opplæring av tre i styret",
            "Øvelse: årsmøte på nett",
            "Kurshefte til deltakerne",
            "Oppfølging etter kurset",
        ),
        done=(
            "Vi har holdt to kurskvelder på nett for styret. Deltakerne øvde på sine egne medlemslister.\n\nHeftet fra "
            "kurset kan brukes av lokallagene.",
            "Kurset ble holdt for ni lokallag. Alle har nå holdt et prøvemøte med avstemning.",
        ),
        aims=(
            Aim("Deltakere som kan bruke registeret selv", "personer", "1", "6", "6", "De gjorde prøven på kurset."),
            Aim("Lokallag som kan holde årsmøte på nett", "lag", "2", "10", "9", "Ett lag ble syke og tar det senere."),
        ),
        steps=("Dele kursheftet med lokallagene", "Øve én gang til før årsmøtet"),
        tools=(("tool-motesalen", "Møtesalen", "4.0", "Passer fordi avstemning er med i prisen."),),
    ),
)

SERVICES = {story.code: story for story in STORIES}

#: Internal activities: name, funding area, share of the internal hours, and what is written beside them.
ACTIVITIES: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    (
        "Verktøykatalogen",
        1,
        22,
        ("Nye oppføringer", "Kontroll av priser", "Samtale med leverandør", ""),
    ),
    ("Veiledere og maler", 1, 13, ("Veileder om medlemssystem", "Mal for kravliste", "Språkvask", "")),
    ("Møteplass og arrangementer", 2, 17, ("Program til samling", "Gjennomføring av samling", "Påmeldinger", "")),
    ("Kontakt med myndigheter", 2, 12, ("Møte i Kulturdepartementet", "Innspill til høring", "Notat om tilskudd")),
    # Selvkostforskriften § 4: the cost of running the house is not in the price, so the base grant pays these hours.
    ("Intern administrasjon", 2, 18, ("Ukemøte", "E-post og planlegging", "Regnskap og bilag", "")),
    ("Faglig utvikling i rådgivningen", 3, 9, ("Fagdag", "Gjennomgang av oppdrag med kollega", "Lest nye regler")),
    ("Fellesprosjekt: felles innlogging", 4, 6, ("Prosjektmøte", "Prøve hos tre organisasjoner", "Rapport")),
    ("Fellesprosjekt: åpne medlemsdata", 4, 3, ("Prosjektmøte", "Beskrivelse av grensesnitt")),
)

#: Engagements that no organisation pays for: title, funding area, service and goal.
FREE_ENGAGEMENTS = (
    (
        "Felles innlogging, prøvelag",
        4,
        "informasjonssikkerhet",
        "Prøve felles innlogging før flere tar den i bruk.",
    ),
    ("Samling for lokallag", 2, "opplaering", "En møteplass for lokallag som vil lære av hverandre."),
)
CANCELLED_BECAUSE = (
    "Styret utsatte saken til etter årsmøtet.",
    "Organisasjonen fant en løsning selv.",
    "Laget har ikke penger til dette i år.",
)
MORE_AGREED = "Leder ba om flere timer på e-post, og styret har samtykket."
BEYOND = "Ut over avtalt ramme, ikke fakturert"
