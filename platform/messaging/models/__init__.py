from messaging.models.consent import OptOut, SmsConsent
from messaging.models.inbound_message import InboundMessage
from messaging.models.offer_wishes import OfferWishes
from messaging.models.outbound_message import Channel, MessageStep, OutboundMessage
from messaging.models.sending_pace import SendingPace
from messaging.models.short_link import ShortLink
from messaging.models.sms_budget import SmsBudget

__all__ = [
    "Channel",
    "InboundMessage",
    "MessageStep",
    "OfferWishes",
    "OptOut",
    "OutboundMessage",
    "SendingPace",
    "ShortLink",
    "SmsBudget",
    "SmsConsent",
]
