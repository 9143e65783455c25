from ratings.models.check import RatingCheck
from ratings.models.rating import OFFICER_CATEGORIES, SITE_CATEGORIES, Rating
from ratings.models.report import RatingReport
from ratings.models.summary import RatingSummary, SiteSummary

__all__ = [
    "OFFICER_CATEGORIES",
    "SITE_CATEGORIES",
    "Rating",
    "RatingCheck",
    "RatingReport",
    "RatingSummary",
    "SiteSummary",
]
