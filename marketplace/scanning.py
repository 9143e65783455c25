"""Rows that are due, moved one by one: what fails is logged and left for the next scan, and holds up no other."""

import logging
from collections.abc import Callable, Iterable
from uuid import UUID

from kernel.errors import Refusal

logger = logging.getLogger(__name__)


def move_each(row_ids: Iterable[UUID], move: Callable[[UUID], object]) -> int:
    """`move` opens a transaction of its own, and answers False when there was nothing to do. Returns how many moved."""
    moved = 0
    for row_id in list(row_ids):
        try:
            moved += move(row_id) is not False
        except Refusal as refusal:
            logger.info("%s was decided by somebody else meanwhile: %s", row_id, refusal)
        except Exception:
            logger.exception("%s is due and failed; the next scan tries again.", row_id)
    return moved
