"""The largest plausible output of software for a kit."""

from __future__ import annotations

from careplan_csv.conformance.kit.kit_model import Kit

_LEAST = 8 << 20
_TIMES = 20


def largest_output(kit: Kit) -> int:
    """The most bytes of an export or dump: a multiple of the size of the kit."""
    return max(_LEAST, _TIMES * sum(map(len, kit.files.values())))
