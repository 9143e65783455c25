from kernel.models.audit_event import AuditEvent
from kernel.models.inbox_event import InboxEvent
from kernel.models.outbox import OutboxDelivery, OutboxEvent

__all__ = ["AuditEvent", "InboxEvent", "OutboxDelivery", "OutboxEvent"]
