from ratings.models.rating import Rating, RatingSummary

__all__ = ["Rating", "RatingSummary"]
