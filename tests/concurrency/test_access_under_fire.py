"""Access given and ended by two processes at once: nobody is shut out, nobody gets an error, one user each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.concurrency.databases import own_database, run, start

ROUNDS = 25

ARRANGE = f"""
from tests import builders
for number in range({ROUNDS}):
    org = builders.organisation(f"Lag {{number}}", number=2000 + number)
    builders.member(org, "owner", name="first")
    builders.member(org, "owner", name="second")
    builders.organisation(f"Nabo {{number}}", number=3000 + number)
"""

ACT = f"""
import sys
from tests.builders import NOW
from clients.memberships import Membership, Role
from clients.memberships.services import LastOwner, end_access, give_access
from clients.organisations import Organisation
mine, base = int(sys.argv[1]), int(sys.argv[2])
sys.stdin.readline()
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
"""

COUNT = f"""
from advisory.kernel.users import User
from clients.memberships import Membership
current = Membership.objects.current()
owners = [current.filter(organisation__number=2000 + n, role="owner").count() for n in range({ROUNDS})]
given = [current.filter(user__email=f"ny{{n}}@lag.example").count() for n in range({ROUNDS})]
print(set(owners), set(given), User.objects.filter(email__startswith="ny").count())
"""


@pytest.mark.django_db
def test_two_owners_who_end_each_other_leave_one_and_a_person_let_in_twice_is_one_user(tmp_path: Path) -> None:
    with own_database(tmp_path) as environment:
        run(environment, ARRANGE)
        both = [start(environment, ACT, "0", "2000"), start(environment, ACT, "1", "3000")]
        for process in both:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in both:
            _out, errors = process.communicate(timeout=120)
            assert process.returncode == 0, errors
        assert run(environment, COUNT).split("\n")[0] == f"{{1}} {{2}} {ROUNDS}"
