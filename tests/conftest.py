"""Settings of all tests, and a standard with an invented edition."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings
from made_standards import copied, use, with_edition

from careplan_csv.standard import standard

# Other tests keep the machine busy: how long one example takes says nothing.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="module")
def next_edition(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The package with one more edition (`made_standards.NEXT`), the newest."""
    with pytest.MonkeyPatch.context() as patch:
        use(with_edition(copied(tmp_path_factory.mktemp("next-edition"))), patch)
        yield
    standard.cache_clear()
