from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """Pages by cursor: stable while rows arrive. UUIDv7 keys sort by time."""

    ordering = "-id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
