"""A small care software that implements the standard: it imports, stores and exports transmission units.

It is used to test kits and adapters with real software, and to show that the harness finds each of its
defects, which can be enabled one at a time. `python -m careplan_csv.reference` is its command line.
"""

from careplan_csv.reference.defects import defects

__all__ = ["defects"]
