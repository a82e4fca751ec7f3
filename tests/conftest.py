"""Settings of all tests."""

from __future__ import annotations

from hypothesis import settings

# Other tests keep the machine busy: how long one example takes says nothing.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
