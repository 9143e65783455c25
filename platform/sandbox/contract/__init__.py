"""The request contract of Stripe, derived from the typed parameters of the installed SDK.

`check_request(method=..., path=..., body=...)` answers the list of what is wrong with one request (empty: nothing).
`python -m sandbox.contract FILE` checks a recorded `requests.jsonl` again.
"""

from sandbox.contract.answers import check_answer
from sandbox.contract.checking import Violation, check_parameters, check_recorded_file, check_request
from sandbox.contract.operations import Operation, find_operation, operations

__all__ = [
    "Operation",
    "Violation",
    "check_answer",
    "check_parameters",
    "check_recorded_file",
    "check_request",
    "find_operation",
    "operations",
]
