"""The kernel's tables, gathered from their rooms."""

from advisory.kernel.api_tokens import ApiToken
from advisory.kernel.audit import AuditEvent
from advisory.kernel.counters import Counter
from advisory.kernel.heartbeat import Heartbeat
from advisory.kernel.idempotency import IdempotentAnswer
from advisory.kernel.outbox import OutboundMessage
from advisory.kernel.periods import ClosedMonth
from advisory.kernel.retention import RetentionRun
from advisory.kernel.seller import SellerParticulars
from advisory.kernel.texts import MessageText
from advisory.kernel.users import User

__all__ = [
    "ApiToken",
    "AuditEvent",
    "ClosedMonth",
    "Counter",
    "Heartbeat",
    "IdempotentAnswer",
    "MessageText",
    "OutboundMessage",
    "RetentionRun",
    "SellerParticulars",
    "User",
]
