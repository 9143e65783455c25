"""One query on one address, for tests that look at a database from outside."""

import psycopg2


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
