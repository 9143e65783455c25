"""For tests that look at the product from outside: one query on one address, and a newcomer's environment."""

import os

import psycopg2

ADDRESSES = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"}


def environment_of_a_newcomer(**settings: str) -> dict[str, str]:
    """This process's environment without the servers that the test session uses, and with `settings`."""
    return {name: value for name, value in os.environ.items() if name not in ADDRESSES} | settings


def rows(url: str, query: str, **options: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url, **options)
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            found = cursor.fetchall() if cursor.description else []
        connection.commit()
        return found
    finally:
        connection.close()
