"""Which wall stands around each public table. A table that is not listed here fails a test.

Global      every signed-in part of the app may read and write it; views decide
RowLevel    PostgreSQL shows and accepts a row only when a column matches the session's person or tenant, or when the
            session's purpose is one of those named; a session that says nothing sees nothing
Awaiting    holds personal or tenant rows, is guarded by views only so far, and says why
Narrow      for matching alone, under its own role: row-level security would stop its index from being used
OwnerOnly   the app does not touch it
"""

from dataclasses import dataclass

_READ_AND_WRITE = "SELECT, INSERT, UPDATE, DELETE"


@dataclass(frozen=True)
class Global:
    append_only: bool = False
    read_by_matching: bool = False
    rights: str = _READ_AND_WRITE


@dataclass(frozen=True)
class Awaiting:
    reason: str
    append_only: bool = False
    read_by_matching: bool = False
    rights: str = _READ_AND_WRITE


@dataclass(frozen=True)
class RowLevel:
    """`person_columns` are compared with app.person, `tenant_columns` with app.tenant; `purposes` see every row.

    `person_through` names (own column, table, key, person column of that table) when the person is one step away.
    """

    person_columns: tuple[str, ...] = ()
    tenant_columns: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    person_through: tuple[tuple[str, str, str, str], ...] = ()
    append_only: bool = False
    read_by_matching: bool = False
    rights: str = _READ_AND_WRITE

    def policy(self) -> str:
        """The policy's expression. Settings are read in sub-selects: once per statement, not once per row."""
        person = "(SELECT nullif(current_setting('app.person', true), '')::uuid)"
        tenant = "(SELECT nullif(current_setting('app.tenant', true), '')::uuid)"
        terms = [f'"{column}" = {person}' for column in self.person_columns]
        terms += [f'"{column}" = {tenant}' for column in self.tenant_columns]
        terms += [
            f'"{column}" IN (SELECT "{key}" FROM public."{table}" WHERE "{column_there}" = {person})'
            for column, table, key, column_there in self.person_through
        ]
        if self.purposes:
            known = ", ".join(f"'{purpose}'" for purpose in self.purposes)
            terms.append(f"(SELECT current_setting('app.purpose', true)) IN ({known})")
        return " OR ".join(terms)


@dataclass(frozen=True)
class Narrow:
    append_only: bool = False


@dataclass(frozen=True)
class OwnerOnly:
    append_only: bool = False


Wall = Global | Awaiting | RowLevel | Narrow | OwnerOnly

TABLES: dict[str, Wall] = {
    # Django and sign-in
    "django_migrations": OwnerOnly(),
    "django_content_type": Global(),
    "django_session": Global(),
    "auth_group": Global(),
    "auth_group_permissions": Global(),
    "auth_permission": Global(),
    # tenants and kernel
    "tenants_tenant": Global(read_by_matching=True, rights="SELECT, INSERT, UPDATE"),
    "tenants_domain": Global(),
    "tenants_appliedmigration": Global(rights="SELECT"),
    "kernel_auditevent": Awaiting("operator, department and client histories read it by subject", append_only=True),
    "kernel_outboxevent": Global(append_only=True),
    "kernel_outboxdelivery": Global(),
    "kernel_inboxevent": Global(),
}
