"""The items of rented products, in editions that have them (別紙 第6表・第7表)."""

from __future__ import annotations

from collections.abc import Mapping

from careplan_csv.standard import Edition
from careplan_csv.synthesis.world.services import Service

_NOTHING: Mapping[str, str] = {}


class Products:
    """The product items of an edition; 3.2版 has none."""

    def __init__(self, edition: Edition) -> None:
        self._named = "tais_code" in edition.layout("UPPLAN").by_id

    def of(self, service: Service) -> Mapping[str, str]:
        """TAISコード or 福祉用具届出コード, and the name of a product."""
        if not self._named or not service.product:
            return _NOTHING
        return {
            "tais_code": service.tais,
            "equipment_code": service.equipment_code,
            "equipment_name": service.product,
        }
