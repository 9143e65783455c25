"""A shift's number is its place in the terms of the job's applied revision, from 1; contracts are priced in that order.

Shifts that a change took away make room and are numbered from CANCELLED_NUMBERS_FROM on.
"""

CANCELLED_NUMBERS_FROM = 1001
# Where numbers wait while shifts change places: the number is unique at every moment.
PARKED_NUMBERS_FROM = 20001
