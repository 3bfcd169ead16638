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
