"""How much a kit can lead to: software that writes out far more has written something else."""

from __future__ import annotations

from careplan_csv.conformance.kit.kit_model import Kit

_LEAST = 8 << 20
_TIMES = 20


def largest_output(kit: Kit) -> int:
    """Bytes that the exports or the data of a kit's software may have: many times what the kit itself holds."""
    return max(_LEAST, _TIMES * sum(map(len, kit.files.values())))
