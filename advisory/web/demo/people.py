"""Who may sign in: staff and members of organisations. People are roles; nobody here has a person's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.contrib.auth.hashers import make_password

from advisory.kernel import audit
from advisory.kernel.users import StaffRole, User
from advisory.web.demo import words
from advisory.web.demo.wishes import Wishes, at
from clients.invitations.services import invite
from clients.memberships import Role
from clients.memberships.services import end_access, give_access
from clients.models import Organisation

PASSWORD = "selvkost-demo-2026"  # noqa: S105 - printed for everyone who runs the demo


@dataclass(frozen=True, slots=True)
class SignIn:
    """One line of the table that the command prints."""

    email: str
    name: str
    staff_role: str
    who: str


SIGN_INS = (
    SignIn("administrator@demo.example", "Administrator", StaffRole.ADMINISTRATOR, "administrator"),
    SignIn(
        "administrator2@demo.example", "Kontrollør", StaffRole.ADMINISTRATOR, "administrator, kontrollerer og vedtar"
    ),
    SignIn("raadgiver@demo.example", "Rådgiver Nord", StaffRole.ADVISOR, "rådgiver"),
    SignIn("raadgiver2@demo.example", "Rådgiver Vest", StaffRole.ADVISOR, "rådgiver"),
    SignIn("raadgiver3@demo.example", "Rådgiver Sør", StaffRole.ADVISOR, "rådgiver"),
    SignIn("kasserer@demo.example", "Kasserer", StaffRole.NONE, f"eier tilgangen i {words.SHOWCASE}"),
    SignIn("leser@demo.example", "Leser", StaffRole.NONE, f"leser i {words.SHOWCASE}"),
    SignIn("okonomi@demo.example", "Økonomiansvarlig", StaffRole.NONE, f"økonomi i {words.SHOWCASE}"),
)


@dataclass(frozen=True)
class Staff:
    """Those who work in the centre, in a fixed order."""

    administrators: tuple[User, User]
    advisors: tuple[User, ...]

    @cached_property
    def everyone(self) -> tuple[User, ...]:
        """Who logs hours: the advisors, and the first administrator with a little."""
        return (*self.advisors, self.administrators[0])

    @property
    def administrator(self) -> User:
        return self.administrators[0]

    @property
    def second(self) -> User:
        """The second pair of eyes."""
        return self.administrators[1]


def let_staff_in(wishes: Wishes) -> Staff:
    """All who can sign in with the demo's password, and as many advisors as the hours want."""
    hashed = make_password(PASSWORD)
    began = at(wishes.first_day - timedelta(days=30), 9)
    people = [
        User(email=one.email, name=one.name, staff_role=one.staff_role, language="nb", password=hashed)
        for one in SIGN_INS
    ]
    known = sum(one.staff_role == StaffRole.ADVISOR for one in SIGN_INS)
    people += [
        User(
            email=f"raadgiver{number}@demo.example",
            name=f"Rådgiver {number}",
            staff_role=StaffRole.ADVISOR,
            language="nb",
            password=hashed,
        )
        for number in range(known + 1, wishes.advisors + 1)
    ]
    seen = at(wishes.as_of - timedelta(days=1), 15)
    for place, person in enumerate(people):
        person.last_login = seen - timedelta(hours=7 * place) if place < len(SIGN_INS) else None
    User.objects.bulk_create(people)
    # The column fills itself with the clock of the machine, which the demo does not know.
    User.objects.filter(pk__in=[person.pk for person in people]).update(created_at=began)
    audit.record_all(
        audit.event("user.create", person, by=None, now=began, after={"staff_role": person.staff_role})
        for person in people
        if person.staff_role
    )
    return Staff(
        administrators=(people[0], people[1]),
        advisors=tuple(person for person in people if person.staff_role == StaffRole.ADVISOR),
    )


def let_members_in(organisations: list[Organisation], staff: Staff, wishes: Wishes) -> None:
    """Access to the portal: three people in the showcase, one of them in another organisation too, and owners."""
    showcase, others = organisations[0], organisations[1:]
    began = at(wishes.first_day - timedelta(days=12), 13, 5)
    former = give_access(
        organisation=showcase,
        email="tidligere.kasserer@bygdekor-vest.example",
        name="Tidligere kasserer",
        role=Role.OWNER,
        by=staff.administrator,
        now=began,
    )
    change_of_treasurer = at(wishes.first_day + timedelta(days=60), 11, 40)
    for email, name, role in (
        ("kasserer@demo.example", "Kasserer", Role.OWNER),
        ("leser@demo.example", "Styremedlem", Role.READER),
        ("okonomi@demo.example", "Økonomiansvarlig", Role.FINANCE),
    ):
        give_access(
            organisation=showcase, email=email, name=name, role=role, by=staff.administrator, now=change_of_treasurer
        )
    end_access(membership=former, by=staff.administrator, now=change_of_treasurer + timedelta(minutes=2))
    for place, organisation in enumerate(others[:12]):
        when = at(wishes.first_day + timedelta(days=9 + 17 * place), 10, 15)
        contact = organisation.contacts.order_by("pk").first()
        if contact is None:
            continue
        give_access(
            organisation=organisation,
            email=contact.email,
            name=contact.name,
            role=Role.OWNER,
            by=staff.administrator,
            now=when,
        )
        if place == 0:
            give_access(
                organisation=organisation,
                email="kasserer@demo.example",
                name="Kasserer",
                role=Role.FINANCE,
                by=staff.administrator,
                now=when + timedelta(days=3),
            )
    _invite_the_next_treasurer(showcase, wishes)
    # As for staff: whoever was let in is known from that moment.
    known = User.objects.filter(staff_role=StaffRole.NONE, memberships__isnull=False).distinct().order_by("pk")
    for place, person in enumerate(known):
        first = person.memberships.order_by("created_at").values_list("created_at", flat=True)[0]
        seen = person.last_login
        if seen is None and place % 3:
            seen = wishes.before_as_of(first + timedelta(days=2, hours=3))
        User.objects.filter(pk=person.pk).update(created_at=first, last_login=seen)


def _invite_the_next_treasurer(showcase: Organisation, wishes: Wishes) -> None:
    """An invitation that nobody has answered: its link is read in the outbox."""
    owner = User.objects.get(email="kasserer@demo.example")
    now = at(wishes.as_of - timedelta(days=1), 18, 20)
    invite(
        email="ny.kasserer@demo.example", name="Ny kasserer", role=Role.OWNER, by=owner, now=now, organisation=showcase
    )
