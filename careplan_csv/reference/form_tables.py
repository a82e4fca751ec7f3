"""The files of each form, and the keys of their records, from the schemas (2.3, 2.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from careplan_csv.reference.office import Party
from careplan_csv.standard import Edition, Item, Layout, TransmissionUnit, Variant, VariantKey

_GAP = " "
"""Separates the values of a key; sorts before all characters of valid keys."""

_KIND, _CODE = "service_kind", "service_code"
"""Formats of items."""


@dataclass(frozen=True)
class FormTable:
    """One kind of file.

    Attributes:
        root: prefix of the form's first file.
        key: the items by which a form is replaced or deleted.
        by_sender: items of the deletion that identify the sender, if each sender's form is stored
            separately (実績); empty for a deletion, which has them in `key`.
    """

    layout: Layout
    variant: Variant
    root: str
    key: tuple[str, ...]
    by_sender: tuple[Item, ...] = ()

    @property
    def prefix(self) -> str:
        return self.layout.prefix

    @property
    def name(self) -> str:
        """Its name in the store."""
        return f"{self.prefix}_{self.variant.month.value}"

    @property
    def is_deletion(self) -> bool:
        return self.variant.deletes is not None

    def key_of(self, record: Mapping[str, str], sender: Party) -> str:
        """The key under which a record is stored."""
        senders = (sender.kind if item.format == _KIND else sender.number for item in self.by_sender)
        return _GAP.join([*(record[item] for item in self.key), *senders])

    def sender_of(self, record: Mapping[str, str], named: Party) -> Party:
        """The sender of a record: from the file name, or from the record if names have no kind (202208)."""
        if named.kind or not self.by_sender:
            return named
        number = next((record[item.id] for item in self.by_sender if item.id in record), named.number)
        code = next(item.id for item in self.layout.items if item.format == _CODE)
        return Party(number, record[code][:2])


class FormTables:
    """The tables of an edition."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition

    @cached_property
    def tables(self) -> Mapping[VariantKey, FormTable]:
        """Every kind of file."""
        return {
            (prefix, variant.month): self._table(self.edition.layout(prefix), variant)
            for prefix in self.edition.prefixes
            for variant in self.edition.layout(prefix).variants
        }

    def of_unit(self, unit_id: str) -> list[FormTable]:
        """The files of a unit in order.

        Raises:
            KeyError: the edition has no such unit.
        """
        units = {unit.id: unit for unit in self.edition.units}
        return [self.tables[file.prefix, file.month] for file in units[unit_id].files]

    def unit_of(self, kinds: set[VariantKey]) -> str:
        """The id of the smallest unit with all these files; empty if there is none."""

        def files(unit: TransmissionUnit) -> set[VariantKey]:
            return {(file.prefix, file.month) for file in unit.files}

        fitting = [unit for unit in self.edition.units if kinds <= files(unit)]
        return min(fitting, key=lambda unit: len(unit.files)).id if fitting else ""

    def _table(self, layout: Layout, variant: Variant) -> FormTable:
        root = variant.deletes or variant.parent or layout.prefix
        senders = self._senders.get(root, ())
        if variant.deletes:
            replaced = self.edition.layout(root).variants[0].replaces
            return FormTable(layout, variant, root, (*replaced, *(item.id for item in senders)))
        return FormTable(layout, variant, root, variant.link or variant.replaces, senders)

    @cached_property
    def _senders(self) -> Mapping[str, tuple[Item, ...]]:
        """Root -> items of the deletion in addition to those by which a later file replaces an earlier one."""
        found = {}
        for prefix in self.edition.prefixes:
            layout = self.edition.layout(prefix)
            for variant in layout.variants:
                if variant.deletes:
                    replaced = self.edition.layout(variant.deletes).variants[0].replaces
                    others = (item for item in variant.unique if item not in replaced)
                    found[variant.deletes] = tuple(layout.by_id[item] for item in others)
        return found
