"""What the command line lends to the page: how evidence packages are examined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from careplan_csv.submissions.judgement import Verify

if TYPE_CHECKING:
    from careplan_csv.conformance.declaration.vendor import Vendor
    from careplan_csv.conformance.evidence_package.package import Package
    from careplan_csv.conformance.evidence_package.signature import TrustedKey
    from careplan_csv.conformance.evidence_package.vendor_proof import VendorProof

Prove: TypeAlias = "Callable[[Package, str, str, Vendor | None, Sequence[TrustedKey]], VendorProof]"


@dataclass(frozen=True, slots=True)
class WebTools:
    """Functions and a choice.

    Attributes:
        verify: verifies an evidence package.
        prove: what an office may take over from one: package, profile, office type, applicant and keys.
        profile: the id of the table of requirements that is chosen at first.
    """

    verify: Verify
    prove: Prove
    profile: str
