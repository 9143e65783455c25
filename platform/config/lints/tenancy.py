"""Ways to end in another tenant's rows, found in the source before they run. Each rule answers a fault once seen."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Code that works for tenants. The stand-ins and the local servers know none; config only wires.
APPS = frozenset(
    [
        "tenants",
        "geo",
        "departments",
        "marketplace",
        "billing",
        "ratings",
        "agencies",
        "accounts",
        "kernel",
        "messaging",
        "notifications",
        "reports",
        "portals",
        "api",
    ]
)
TENANT_APPS = frozenset({"departments", "agencies"})
CONTEXTS = frozenset({"tenant_context", "schema_context", "acting_as", "matching_context"})
SCHEMA_SWITCHES = frozenset({"set_tenant", "set_schema", "set_schema_to_public"})
THREADS = frozenset({"threading", "_thread", "concurrent.futures", "multiprocessing", "asyncio"})
SIGNALS = frozenset({"django.db.models.signals", "django.dispatch"})
RAW_SWITCH = re.compile(
    r"\b(set\s+(session\s+|local\s+)?(search_path\b(?!\s+from\s+current)|role\b)|reset\s+role\b)"
    r"|set_config\(\s*'(search_path|role|app\.)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Finding:
    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def product_files(root: Path) -> Iterator[Path]:
    """Every Python file of the apps: under the root or under platform/."""
    for app in sorted(APPS):
        for folder in (root / app, root / "platform" / app):
            yield from sorted(folder.rglob("*.py"))


def findings_in(source: str, path: Path) -> list[Finding]:
    """`path` is relative to the repository: it decides which rules apply."""
    parts = [part for part in path.parts if part != "platform"]
    app = parts[0] if parts else ""
    tree = ast.parse(source, filename=str(path))
    found: list[Finding] = []
    for node in ast.walk(tree):
        messages = [*_about_contexts(node), *_about_imports(node, app), *_about_threads(node)]
        if app != "tenants":
            messages += _about_switches(node)
        if app != "tenants" and "migrations" not in parts:
            messages += _about_raw_sql(node)
        found += [Finding(path, getattr(node, "lineno", 1), message) for message in messages]
    return sorted(found, key=lambda finding: finding.line)


def _about_contexts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.With | ast.AsyncWith):
        for item in node.items:
            if _is_tenant(item.context_expr):
                yield "`with tenant:` shares its previous tenant between threads; use `with tenant_context(tenant):`"
            elif isinstance(item.context_expr, ast.Name) and item.context_expr.id in CONTEXTS:
                yield f"`with {item.context_expr.id}:` enters nothing; call it"
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        for decorator in node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if _last_name(called) in CONTEXTS:
                yield f"@{_last_name(called)} shares one object between all calls; open a `with` block inside"
    if isinstance(node, ast.AsyncFunctionDef):
        yield "async code runs queries in threads of its own; write a plain function"


def _about_imports(node: ast.AST, app: str) -> Iterator[str]:
    for module, name in _imported(node):
        full = f"{module}.{name}" if name else module
        if module.split(".")[0] == "django_tenants" and app != "tenants":
            yield "django_tenants is wrapped by the tenants app; import from tenants"
        if module == "django_tenants.utils" and name in CONTEXTS:
            yield f"{full} is shared by threads; use tenants.context.tenant_context"
        if module in SIGNALS or full in SIGNALS:
            yield "signals hide what happens in which schema; call the function by its name"
        if module == "django.core.cache" and name in {"cache", "*"}:
            yield 'say whose data it is: caches["tenant"] or caches["shared"]'
        owner = module.split(".")[0]
        if owner in TENANT_APPS and app != owner and (full.split(".")[1:2] == ["models"]):
            yield f"{owner}.models stands in tenants' schemas; call a function of {owner}, which enters the right one"


def _about_threads(node: ast.AST) -> Iterator[str]:
    for module, name in _imported(node):
        if module in THREADS or f"{module}.{name}" in THREADS:
            yield "a thread has a connection of its own, in the public schema, for nobody; use a task"


def _about_switches(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SCHEMA_SWITCHES:
        yield f".{node.func.attr}() changes the schema and nobody changes it back; use tenant_context"


def _about_raw_sql(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and RAW_SWITCH.search(node.value):
        yield "raw SQL changes the schema or the role behind the backend's back; use tenants.context"


def _imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield alias.name, ""
    elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
        for alias in node.names:
            yield node.module, alias.name


def _is_tenant(expression: ast.expr) -> bool:
    name = _last_name(expression)
    if isinstance(expression, ast.Call):
        # Tenant.objects.get(…) and the like
        return isinstance(expression.func, ast.Attribute) and "Tenant.objects" in ast.unparse(expression.func)
    return name is not None and (name.lower() == "tenant" or name.lower().endswith("_tenant"))


def _last_name(expression: ast.expr) -> str | None:
    if isinstance(expression, ast.Name):
        return expression.id
    if isinstance(expression, ast.Attribute):
        return expression.attr
    return None
