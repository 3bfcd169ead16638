"""One request sent by several processes at the same moment, under one idempotency key: done once, answered alike."""

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
