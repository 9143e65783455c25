"""The platform's own fee for a department's jobs, and the tax on it by where the department is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from departments.policy.pricing import ServiceFee
from kernel.errors import NotFound
from tenants.queries import get_tenant

# Federal sales tax on a service to a customer in that province: HST where it is harmonised (Nova Scotia's 14 % since
# 1 April 2025), else GST. Provincial taxes beside GST are the operator's accountant's question, and not charged here.
CANADIAN_TAX: Final[Mapping[str, tuple[str, int]]] = {
    "ON": ("HST", 1300),
    "NB": ("HST", 1500),
    "NL": ("HST", 1500),
    "PE": ("HST", 1500),
    "NS": ("HST", 1400),
}
GOODS_AND_SERVICES_TAX: Final = ("GST", 500)


def service_fee_of(department_id: UUID) -> ServiceFee:
    """The fee by the department's plan. Raises NotFound."""
    tenant = get_tenant(tenant_id=department_id)
    if not tenant.is_department:
        raise NotFound("There is no such department.")
    code, rate_basis_points = ("", 0)
    if tenant.country == "CA":
        code, rate_basis_points = CANADIAN_TAX.get(tenant.region, GOODS_AND_SERVICES_TAX)
    return ServiceFee(
        rate_basis_points=tenant.service_fee_basis_points,
        tax_code=code,
        tax_name=code,
        tax_rate_basis_points=rate_basis_points,
        tax_registration_number=getattr(settings, "SERVICE_FEE_TAX_NUMBER", "") if code else "",
    )


def to_columns(service_fee: ServiceFee) -> dict[str, Any]:
    """The fee as a contract keeps it."""
    tax = {name: value for name, value in asdict(service_fee).items() if name != "rate_basis_points"}
    return {"service_fee_basis_points": service_fee.rate_basis_points, "service_fee_tax": tax}


def from_columns(*, service_fee_basis_points: int, service_fee_tax: Mapping[str, Any]) -> ServiceFee:
    return ServiceFee(rate_basis_points=service_fee_basis_points, **service_fee_tax)
