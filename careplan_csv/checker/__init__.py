"""The pipeline: which checks run on what, and what was left out because of what."""

from careplan_csv.checker.run import check

__all__ = ["check"]
