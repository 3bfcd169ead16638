"""The kernel's tables, gathered from their rooms."""

from advisory.kernel.audit import AuditEvent
from advisory.kernel.counters import Counter
from advisory.kernel.heartbeat import Heartbeat
from advisory.kernel.outbox import OutboundMessage
from advisory.kernel.periods import ClosedMonth
from advisory.kernel.seller import SellerParticulars
from advisory.kernel.users import User

__all__ = [
    "AuditEvent",
    "ClosedMonth",
    "Counter",
    "Heartbeat",
    "OutboundMessage",
    "SellerParticulars",
    "User",
]
