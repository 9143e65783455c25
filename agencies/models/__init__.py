from agencies.models.engagement import Engagement

__all__ = ["Engagement"]
