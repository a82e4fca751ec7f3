"""A small care software after the standard: it takes transmission units in, keeps them and sends its own.

It exists to try kits and adapters on something real, and, with a defect switched on, to show that a
flawed importer is caught. `python -m careplan_csv.reference` is its command line.
"""

from careplan_csv.reference.defects import defects

__all__ = ["defects"]
