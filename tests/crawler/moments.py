"""When things happen in the crawler's world."""

from datetime import timedelta

from tests.factories.venues import STARTS_AT

DISPUTED_AT = STARTS_AT
SETTLED_AT = STARTS_AT - timedelta(days=1)
LATER = STARTS_AT + timedelta(days=10)
# When the crawl happens: after the work, before the later shifts.
CRAWLED_AT = STARTS_AT + timedelta(hours=6)
