"""What rules on whole files keep of every block: registered with the rule, so that nobody keeps a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Block = TypeVar("Block")
Columns = TypeVar("Columns")


@dataclass(frozen=True, eq=False)
class Collector(Generic[Block, Columns]):
    """What some rules keep of every block, and what is made of it when all blocks of a file were read.

    Attributes:
        of_block: the columns to keep; None where the layout has nothing for these rules. It changes
            nothing, for blocks are read side by side.
        of_files: called once with the columns of all blocks, for instance to leave out what repeats.
        crossing: only rules on several files need it.
    """

    of_block: Callable[[Block], Columns | None]
    of_files: Callable[[Columns], Columns] = lambda columns: columns
    crossing: bool = False
