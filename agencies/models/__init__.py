from agencies.models.availability import Availability, AvailabilityException
from agencies.models.client import AgencyClient, ClientContract, ContractRate
from agencies.models.engagement import Engagement

__all__ = [
    "AgencyClient",
    "Availability",
    "AvailabilityException",
    "ClientContract",
    "ContractRate",
    "Engagement",
]
