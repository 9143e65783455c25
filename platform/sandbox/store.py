"""The stand-in's memory: one SQLite file in WAL mode, one writer at a time, one transaction per request.

A kill at any instant leaves either the whole request or nothing of it.
"""

import contextlib
import json
import pathlib
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    created INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (kind, account, sequence);
CREATE INDEX IF NOT EXISTS objects_by_status ON objects (kind, json_extract(body, '$.status'));
CREATE INDEX IF NOT EXISTS objects_by_source ON objects (json_extract(body, '$.source'));
CREATE INDEX IF NOT EXISTS objects_by_charge ON objects (json_extract(body, '$.source_transaction'));
CREATE INDEX IF NOT EXISTS objects_by_payout ON objects (json_extract(body, '$._payout'));
CREATE INDEX IF NOT EXISTS objects_by_group ON objects (json_extract(body, '$.transfer_group'));
CREATE TABLE IF NOT EXISTS journal_transactions (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, kind TEXT NOT NULL, reference TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS journal_entries (
    transaction_number INTEGER NOT NULL REFERENCES journal_transactions (number),
    account TEXT NOT NULL, currency TEXT NOT NULL, amount INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS journal_by_account ON journal_entries (account, currency);
CREATE TABLE IF NOT EXISTS balances (
    account TEXT NOT NULL, currency TEXT NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY (account, currency)
);
CREATE TABLE IF NOT EXISTS answers (
    scope TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
    request_id TEXT NOT NULL, created INTEGER NOT NULL, PRIMARY KEY (scope, key)
);
CREATE TABLE IF NOT EXISTS recordings (sequence INTEGER PRIMARY KEY AUTOINCREMENT, line TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    service TEXT NOT NULL, kind TEXT NOT NULL, reference TEXT NOT NULL, url TEXT NOT NULL, body TEXT NOT NULL,
    mangle TEXT NOT NULL DEFAULT '', state TEXT NOT NULL DEFAULT 'waiting', attempts INTEGER NOT NULL DEFAULT 0,
    due_at REAL NOT NULL, last_answer TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (state, due_at);
CREATE TABLE IF NOT EXISTS faults (
    number INTEGER PRIMARY KEY AUTOINCREMENT, rule TEXT NOT NULL, seen INTEGER NOT NULL DEFAULT 0,
    fired INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS meetings (sequence INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL, key TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS broken_phones (number TEXT PRIMARY KEY, error_code INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS opt_outs (number TEXT NOT NULL, sender TEXT NOT NULL, PRIMARY KEY (number, sender));
"""


# Fields with an index of their own.
_SELECTIVE_FIELDS = frozenset({"source", "source_transaction", "_payout", "transfer_group"})


class Store:
    """Objects are JSON documents with an id; names that start with an underscore never leave the process."""

    def __init__(self, folder: pathlib.Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._depth = 0
        self._connection = sqlite3.connect(
            folder / "sandbox.sqlite3", check_same_thread=False, isolation_level=None, timeout=15
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(_SCHEMA)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Nested use joins the outer transaction."""
        with self._lock:
            self._depth += 1
            try:
                if self._depth > 1:
                    yield
                    return
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    yield
                except BaseException:
                    self._connection.execute("ROLLBACK")
                    raise
                self._connection.execute("COMMIT")
            finally:
                self._depth -= 1

    @contextlib.contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of a transaction that can be undone alone."""
        with self.transaction():
            self._connection.execute("SAVEPOINT part")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK TO part")
                raise
            finally:
                self._connection.execute("RELEASE part")

    def execute(self, statement: str, *values: Any) -> int:
        """Runs one statement; answers the new row's number, or for updates and deletes the number of rows."""
        with self._lock:
            cursor = self._connection.execute(statement, values)
            return (cursor.lastrowid or 0) if statement.lstrip().upper().startswith("INSERT") else cursor.rowcount

    def rows(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def add(self, body: dict[str, Any], *, kind: str, account: str, created: int) -> dict[str, Any]:
        self.execute(
            "INSERT INTO objects (id, kind, account, created, body) VALUES (?, ?, ?, ?, ?)",
            body["id"], kind, account, created, json.dumps(body),
        )  # fmt: skip
        return body

    def save(self, body: dict[str, Any]) -> dict[str, Any]:
        self.execute("UPDATE objects SET body = ? WHERE id = ?", json.dumps(body), body["id"])
        return body

    def get(self, identifier: str, *, kind: str | None = None, account: str | None = None) -> dict[str, Any] | None:
        for row in self.rows("SELECT kind, account, body FROM objects WHERE id = ?", identifier):
            if (kind is None or row["kind"] == kind) and (account is None or row["account"] == account):
                return json.loads(row["body"])
        return None

    def account_of(self, identifier: str) -> str | None:
        rows = self.rows("SELECT account FROM objects WHERE id = ?", identifier)
        return rows[0]["account"] if rows else None

    def find(
        self,
        kind: str,
        *,
        account: str | None = None,
        newest_first: bool = False,
        limit: int = -1,
        where: Mapping[str, Any] | None = None,
        conditions: Sequence[tuple[str, list[Any]]] = (),
    ) -> list[dict[str, Any]]:
        """Objects of a kind whose top-level fields equal the given values, in order of creation.

        `conditions`: further SQL with its values; never made of input.
        """
        # The unary plus stops the planner walking the whole kind in order where a field's own index finds few rows.
        plus = "+" if _SELECTIVE_FIELDS & set(where or {}) else ""
        clauses, values = [f"{plus}kind = ?"], [kind]
        if account is not None:
            clauses.append(f"{plus}account = ?")
            values.append(account)
        for field, value in (where or {}).items():
            clauses.append(f"json_extract(body, '$.{field}') = ?")
            values.append(value)
        for clause, its_values in conditions:
            clauses.append(clause)
            values += its_values
        direction = "DESC" if newest_first else "ASC"
        statement = f"SELECT body FROM objects WHERE {' AND '.join(clauses)} ORDER BY sequence {direction} LIMIT ?"
        return [json.loads(row["body"]) for row in self.rows(statement, *values, limit)]

    def forget_everything(self) -> None:
        """Empties every table."""
        with self.transaction():
            for row in self.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"):
                self.execute(f"DELETE FROM {row['name']}")

    def close(self) -> None:
        with self._lock:
            self._connection.close()
