"""Equal files are checked once, and equal kits made once, for all packages that a file of tests verifies."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from in_process import check_once, make_kit_once

from careplan_csv.conformance.evidence_package import replay
from careplan_csv.conformance.kit import kit_folder


@pytest.fixture(scope="module", autouse=True)
def _once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replay, "check", partial(check_once, with_paths=True))
        patch.setattr(kit_folder, "make_kit", make_kit_once)
        yield
