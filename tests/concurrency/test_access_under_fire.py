"""Access given and ended by two processes at once: nobody is shut out, nobody gets an error, one user each."""

from __future__ import annotations

from tests.concurrency.databases import Script

ROUNDS = 25

SCENE = f"""
from functools import partial
from tests import builders
from tests.builders import NOW
from tests.concurrency.together import together
from advisory.kernel.users import User
from clients.memberships import Membership, Role
from clients.memberships.services import LastOwner, end_access, give_access
from clients.organisations import Organisation

for number in range({ROUNDS}):
    org = builders.organisation(f"Lag {{number}}", number=2000 + number)
    builders.member(org, "owner", name="first")
    builders.member(org, "owner", name="second")
    builders.organisation(f"Nabo {{number}}", number=3000 + number)


def act(mine, base):
    for number in range({ROUNDS}):
        owners = Membership.objects.filter(organisation__number=2000 + number, role="owner").order_by("pk")
        try:
            end_access(membership=owners[mine], by=None, now=NOW)
        except LastOwner:
            pass
        give_access(
            organisation=Organisation.objects.get(number=base + number), email=f"ny{{number}}@lag.example", name="Ny",
            role=Role.READER, by=None, now=NOW,
        )


together([partial(act, 0, 2000), partial(act, 1, 3000)])
current = Membership.objects.current()
owners = [current.filter(organisation__number=2000 + n, role="owner").count() for n in range({ROUNDS})]
given = [current.filter(user__email=f"ny{{n}}@lag.example").count() for n in range({ROUNDS})]
print(set(owners), set(given), User.objects.filter(email__startswith="ny").count())
"""


def test_two_owners_who_end_each_other_leave_one_and_a_person_let_in_twice_is_one_user(script: Script) -> None:
    assert script(SCENE).split("\n")[0] == f"{{1}} {{2}} {ROUNDS}"


INVITED = f"""
from functools import partial
from tests import builders
from tests.builders import NOW
from tests.concurrency.together import together
from advisory.kernel import staff
from advisory.kernel.errors import DomainError
from advisory.kernel.outbox import OutboundMessage
from advisory.kernel.users import StaffRole, User
from clients.invitations.services import accept, invite
from clients.memberships import Membership, Role

office = builders.administrator()
tokens = []
for number in range({ROUNDS}):
    org = builders.organisation(f"Lag {{number}}", number=2000 + number)
    invite(email=f"ny{{number}}@lag.example", role=Role.OWNER, by=office, now=NOW, organisation=org)
    body = OutboundMessage.objects.latest("pk").body
    tokens.append(body.partition("/invitation/")[2].partition("/")[0])


def take(of):
    for token in of:
        try:
            accept(token=token, by=None, now=NOW)
        except DomainError:
            pass


together([partial(take, tokens), partial(take, tokens)])
current = Membership.objects.current()
given = [current.filter(organisation__number=2000 + n).count() for n in range({ROUNDS})]
print(set(given), User.objects.filter(email__startswith="ny").count())

rounds = []
for number in range(8):
    User.objects.filter(staff_role="administrator").update(staff_role="advisor")
    pair = [builders.administrator(), builders.administrator()]

    def demote(mine):
        try:
            staff.change_role(person=pair[1 - mine], role=StaffRole.ADVISOR, by=pair[mine], now=NOW)
        except DomainError:
            pass

    together([partial(demote, 0), partial(demote, 1)])
    rounds.append(User.objects.filter(staff_role="administrator").count())
print(set(rounds))
"""


def test_a_link_taken_twice_at_once_lets_in_once_and_two_administrators_leave_one(script: Script) -> None:
    assert script(INVITED).split("\n")[:2] == [f"{{1}} {ROUNDS}", "{1}"]
