"""Writes through the API by several processes at the same moment: one key is done once, and no field is lost."""

from __future__ import annotations

from tests.concurrency.databases import Script

ROUNDS = 12

SCENE = f"""
import hashlib
from functools import partial
from tests import builders
from tests.api.asking import Asker
from tests.concurrency.together import together
from advisory.kernel.audit import AuditEvent
from advisory.kernel.idempotency import IdempotentAnswer
from clients.organisations import Organisation

secret = Asker(builders.advisor()).secret


def act(number):
    ask = Asker(None)
    ask.secret = secret
    statuses = set()
    for round in range({ROUNDS}):
        facts = {{"name": f"Lag {{round}}", "kind": "voluntary"}}
        answer = ask("POST", "organisations/", facts, Idempotency_Key=f"key-{{round}}")
        statuses.add(answer.status_code)
        assert answer.json()["name"] == f"Lag {{round}}", answer.content
    return 0 if statuses == {{201}} else 1


answers = together([partial(act, number) for number in range(3)])
names = sorted(Organisation.objects.values_list("name", flat=True))
print(answers, names == sorted(f"Lag {{n}}" for n in range({ROUNDS})))
print(AuditEvent.objects.filter(action="organisation.register").count(), IdempotentAnswer.objects.count())
"""


def test_the_same_request_from_three_processes_is_done_once_and_answered_three_times(script: Script) -> None:
    assert script(SCENE).split("\n")[:2] == ["[0, 0, 0] True", f"{ROUNDS} {ROUNDS}"]


LOST = """
from functools import partial
from tests import builders
from tests.api.asking import Asker
from tests.concurrency.together import together
from advisory.kernel.idempotency import IdempotentAnswer
from clients.organisations import Organisation

secret = Asker(builders.advisor()).secret
rounds = []
for round in range(8):
    def act():
        ask = Asker(None)
        ask.secret = secret
        ask("POST", "organisations/", {"name": f"Lag {round}", "kind": "voluntary"}, Idempotency_Key=f"key-{round}")

    # Killed somewhere between the request and its answer, a little later each time; then sent again.
    together([act], lives=[0.01 + round * 0.01])
    together([act])
    rounds.append(Organisation.objects.filter(name=f"Lag {round}").count())
print(set(rounds), IdempotentAnswer.objects.filter(status=201).count())
"""


def test_a_request_whose_process_was_killed_is_sent_again_and_done_once(script: Script) -> None:
    assert script(LOST).split("\n")[0] == "{1} 8"


FIELDS = f"""
from functools import partial
from tests import builders
from tests.api.asking import Asker
from tests.concurrency.together import together
from clients.contacts.services import add
from clients.models import Contact

advisor = builders.advisor()
secret = Asker(advisor).secret
org = builders.organisation()
contacts = [add(organisation=org, name="Kari", by=None, now=builders.NOW).pk for _one in range({ROUNDS})]


def act(field, value):
    ask = Asker(None)
    ask.secret = secret
    for pk in contacts:
        assert ask("PATCH", f"contacts/{{pk}}/", {{field: value}}).status_code == 200


together([partial(act, "role", "leder"), partial(act, "phone", "55 12 34 56")])
print(set(Contact.objects.values_list("role", "phone")))
"""


def test_two_changes_of_different_fields_at_once_both_stand(script: Script) -> None:
    assert script(FIELDS).split("\n")[0] == "{('leder', '55 12 34 56')}"
