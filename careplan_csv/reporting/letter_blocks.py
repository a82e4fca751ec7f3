"""A letter written in Markdown as blocks, which every form of it – text, HTML, Word – is made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from markdown_it import MarkdownIt
from markdown_it.token import Token

from careplan_csv.japanese import width_of


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the subject of the letter."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of one or several lines; `right` where the template has a quotation (`>`)."""

    text: str
    right: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the first row is its heading."""

    rows: tuple[tuple[str, ...], ...]

    @property
    def shares(self) -> list[int]:
        """Widths of the columns in hundredths of the page, by the length of what stands in them."""
        longest = [
            max(22, min(90, max(width_of(row[place]) for row in self.rows if place < len(row))))
            for place in range(len(self.rows[0]))
        ]
        return [100 * own // sum(longest) for own in longest]


Block: TypeAlias = Heading | Paragraph | Bullets | Grid

_WIDTH = 80


def blocks_of(markdown: str) -> list[Block]:
    """The blocks of a letter; HTML in it is text like any other."""
    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(markdown)
    return list(_blocks(tokens))


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    open_blocks: list[str] = []
    items: list[str] = []
    rows: list[list[str]] = []
    for token in tokens:
        kind = token.type
        if kind.endswith("_open"):
            open_blocks.append(token.tag)
            if kind == "tr_open":
                rows.append([])
        elif kind.endswith("_close"):
            open_blocks.pop()
            if kind in ("bullet_list_close", "ordered_list_close") and "li" not in open_blocks:
                yield Bullets(tuple(items))
                items = []
            elif kind == "table_close":
                yield Grid(tuple(map(tuple, rows)))
                rows = []
        elif kind == "inline" and open_blocks:
            text = _plain(token)
            if open_blocks[-1] in ("td", "th"):
                rows[-1].append(text)
            elif "li" in open_blocks:
                items.append(text)
            elif open_blocks[-1][:1] == "h":
                yield Heading(int(open_blocks[-1][1]), text)
            else:
                yield Paragraph(text, "blockquote" in open_blocks)
        elif kind in ("fence", "code_block"):
            yield Paragraph(token.content.rstrip("\n"))


def _plain(token: Token) -> str:
    """The text of a line; line ends stay, marks for bold and links are left out."""
    parts = []
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        else:
            parts.append(child.content)
    return "".join(parts)


def plain_letter(blocks: Sequence[Block]) -> str:
    """The letter as plain text, for a mail."""
    return "\n\n".join(map(_text, blocks)) + "\n"


def _text(block: Block) -> str:
    if isinstance(block, Heading):
        return f"■ {block.text}" if block.level > 1 else block.text
    if isinstance(block, Bullets):
        return "\n".join(f"・{item}" for item in block.items)
    if isinstance(block, Grid):
        return "\n".join(_record(block.rows[0], row) for row in block.rows[1:])
    if block.right:
        return "\n".join(" " * max(0, _WIDTH - width_of(line)) + line for line in block.text.split("\n"))
    return block.text


def _record(names: Sequence[str], row: Sequence[str]) -> str:
    """A row of a table: a mail has no columns."""
    told = [f"{name}: {value}" for name, value in zip(names, row, strict=False) if value]
    return "・" + "\n　".join(told)
