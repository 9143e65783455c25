from messaging.models.consent import OptOut, SmsConsent
from messaging.models.inbound_message import InboundMessage
from messaging.models.outbound_message import Channel, OutboundMessage

__all__ = ["Channel", "InboundMessage", "OptOut", "OutboundMessage", "SmsConsent"]
