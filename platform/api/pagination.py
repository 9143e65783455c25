from datetime import timedelta
from uuid import UUID

from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request


class CursorPages(CursorPagination):
    """Pages by cursor: stable while rows arrive. UUIDv7 keys sort by time."""

    ordering: str | tuple[str, ...] = "-id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def decode_cursor(self, request: Request) -> Cursor | None:
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and not self.is_position(str(cursor.position)):
            raise NotFound(self.invalid_cursor_message)
        return cursor

    def is_position(self, text: str) -> bool:
        """Whether it can stand in the first column of `ordering`: anybody can write a cursor."""
        try:
            UUID(text)
        except ValueError:
            return False
        return True


class NewestWritten(CursorPages):
    """For messages, whose keys are made by whoever writes: by when they came in."""

    ordering = ("-written_at", "-id")

    def is_position(self, text: str) -> bool:
        try:
            moment = parse_datetime(text)
        except ValueError:
            return False
        # As we write it. PostgreSQL knows no offset of 16 hours, which Python reads.
        return moment is not None and moment.utcoffset() == timedelta(0)
