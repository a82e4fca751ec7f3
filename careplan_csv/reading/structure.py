"""Records and items found on the raw bytes, before any library reads the file.

Commas, quotes and line ends can be found on the bytes of MS932 and of UTF-8 alike, because no
following byte of a character lies below 0x40. Everything here works on whole blocks with numpy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Bytes: TypeAlias = npt.NDArray[np.uint8]
Positions: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

COMMA, QUOTE, CR, LF, TAB = b',"\r\n\t'
_BLANK, _DELETE = 0x20, 0x7F

MAX_RECORD_BYTES = 8 * 1024 * 1024
"""A record that runs longer is taken for one whose quote was never closed."""

_OF_HOLLOW_ROWS = np.zeros(256, dtype=np.bool_)
_OF_HOLLOW_ROWS[[COMMA, QUOTE, TAB, _BLANK]] = True


def positions_of(rows: Positions | Flags) -> Positions:
    """Positions as they are, or those at which a mask is true."""
    if rows.dtype == np.bool_:
        return np.flatnonzero(rows)
    return rows.view(np.int64)


@dataclass(frozen=True)
class Structure:
    """The records of one block.

    All positions count bytes from the start of the block; arrays are parallel per record
    (blank lines, and rows of nothing but separators, are no records).

    Attributes:
        starts, ends: first byte of each record and the end before its terminator.
        counts: number of items of each record.
        malformed: a quote is not closed, or text follows a closing quote.
        separators: end position of every item of every record, flat, in order.
        quote_opens: where an item in quotes begins.
        line_ends: the last byte of every physical line end, also of those inside quotes.
        blank_lines: start positions of blank lines.
        hollow_rows: start positions of rows that hold nothing but separators and empty quotes.
        crlf, lf, cr: how many records end that way.
        unterminated: the last record has no terminator.
        controls, tabs: positions of control characters.
        cut: the block ends here; the bytes behind belong to the next one.
        restarted: a broken quote was met, and the records behind it were found again by how they begin.
    """

    starts: Positions
    ends: Positions
    counts: Positions
    malformed: Flags
    separators: Positions
    quote_opens: Positions
    line_ends: Positions
    blank_lines: Positions
    hollow_rows: Positions
    crlf: int
    lf: int
    cr: int
    unterminated: bool
    controls: Positions
    tabs: Positions
    cut: int
    restarted: bool = False

    @property
    def records(self) -> int:
        return len(self.starts)

    def lines_before(self, positions: Positions) -> Positions:
        """How many physical lines of the block end before each position."""
        return np.searchsorted(self.line_ends, positions, side="left").astype(np.int64)


@dataclass(frozen=True)
class _Marks:
    """Every byte that may matter, in order: no greater than a comma, or the control character DEL.

    Attributes:
        at: its position.
        byte: what it is.
        parity: an odd number of quotes stands before and at the mark.
        before_lf: a CR that a LF follows.
        is_line_end: a LF, or a CR that no LF follows.
        quotes: indices of the quotes among the marks.
    """

    at: Positions
    byte: Bytes
    parity: Flags
    before_lf: Flags
    is_line_end: Flags
    quotes: Positions


def _marks(data: Bytes, final: bool, *, with_deletes: bool) -> _Marks:
    # One comparison finds all that matters, and some characters that do not: cheaper than one for each.
    found = data <= COMMA
    at = np.flatnonzero(found | (data == _DELETE) if with_deletes else found)
    byte = data[at]
    if not final and len(data) and data[-1] == CR:
        # Whether a line feed follows is not known before the next block is read.
        at, byte = at[:-1], byte[:-1]
    is_line_end = byte == LF
    before_lf = np.zeros(len(at), dtype=np.bool_)
    returns = np.flatnonzero(byte == CR)
    if len(returns):
        following = np.minimum(returns + 1, len(at) - 1)
        paired = is_line_end[following] & (at[following] == at[returns] + 1)
        before_lf[returns] = paired
        is_line_end[returns[~paired]] = True
    is_quote = byte == QUOTE
    parity = np.bitwise_xor.accumulate(is_quote.view(np.uint8)).view(np.bool_)
    return _Marks(at, byte, parity, before_lf, is_line_end, np.flatnonzero(is_quote))


def _inside(marks: _Marks, resets: Positions) -> Flags:
    """Which marks lie inside quotes (for a quote: whether it opens), counted anew from every reset."""
    if not len(resets):
        return marks.parity
    first = np.searchsorted(marks.at, resets, side="left")
    base = np.concatenate(([False], marks.parity[first - 1] & (first > 0)))
    inside: Flags = marks.parity ^ base[np.searchsorted(resets, marks.at, side="right")]
    return inside


@dataclass(frozen=True)
class _Quotes:
    """The quotes of a block, by whether they open or close.

    Attributes:
        items: those that open at the start of an item (not the second of a doubled one).
        bad: those that open in the middle of an item, or close before its end.
    """

    items: Positions
    bad: Positions


def _quotes(data: Bytes, marks: _Marks, inside: Flags) -> _Quotes:
    at, opens = marks.at[marks.quotes], inside[marks.quotes]
    opening, closing = at[opens], at[~opens]
    before, after = data[np.maximum(opening - 1, 0)], data[np.minimum(closing + 1, len(data) - 1)]
    begins = opening == 0
    doubled = before == QUOTE
    good_before = begins | doubled | _may_stand_beside_a_quote(before)
    good_after = (closing == len(data) - 1) | (after == QUOTE) | _may_stand_beside_a_quote(after)
    bad = np.sort(np.concatenate((opening[~good_before], closing[~good_after])))
    return _Quotes(opening[begins | ~doubled], bad)


def _may_stand_beside_a_quote(byte: Bytes) -> Flags:
    beside: Flags = (byte == COMMA) | (byte == CR) | (byte == LF)
    return beside


def _candidates(data: Bytes, marks: _Marks, after: int) -> Positions:
    """Line starts behind `after` that look like the start of a record: six digits and a comma."""
    starts = marks.at[marks.is_line_end] + 1
    starts = starts[(starts > after) & (starts + 7 <= len(data))]
    head = data[starts[:, None] + np.arange(7)]
    likely = (head[:, 6] == COMMA) & ((head[:, :6] >= 0x30) & (head[:, :6] <= 0x39)).all(axis=1)
    candidates: Positions = starts[likely]
    return candidates


def split(content: bytes, *, final: bool) -> Structure:
    """Find the records of a block that starts at a record's start.

    Where a quote is not closed or text follows a closing quote, the records behind are found again
    at lines that begin like a record, so that one fault does not swallow the rest of the file.

    Args:
        final: nothing follows behind these bytes.
    """
    data = np.frombuffer(content, dtype=np.uint8)
    # Looked for by itself, for it is next to never there.
    marks = _marks(data, final, with_deletes=_DELETE in content)
    resets = np.empty(0, dtype=np.int64)
    inside = _inside(marks, resets)
    quotes = _quotes(data, marks, inside)
    terminators = marks.at[marks.is_line_end & ~inside]
    whole = len(data) if final else (int(terminators[-1]) + 1 if len(terminators) else 0)
    bad = quotes.bad[quotes.bad < whole]
    unclosed = bool(len(inside) and inside[-1]) if final else len(data) - whole > MAX_RECORD_BYTES
    restarted = bool(len(bad)) or unclosed
    if restarted:
        trouble = int(bad[0]) if len(bad) else whole
        if not len(bad) and final:
            trouble = int(marks.at[marks.quotes[-1]])
        before = terminators[terminators < trouble]
        resets = _candidates(data, marks, int(before[-1]) + 1 if len(before) else 0)
        inside = _inside(marks, resets)
        quotes = _quotes(data, marks, inside)
    structure = _records(data, marks, inside, quotes, resets, final)
    return replace(structure, restarted=True) if restarted else structure


def _records(
    data: Bytes, marks: _Marks, inside: Flags, quotes: _Quotes, resets: Positions, final: bool
) -> Structure:
    ends_here = marks.is_line_end & ~inside
    if len(resets):
        ends_here |= marks.is_line_end & np.isin(marks.at + 1, resets)
    # Of CR LF the CR is the terminator.
    ends_here[:-1] |= ends_here[1:] & marks.before_lf[:-1]
    ends_here[1:] &= ~marks.before_lf[:-1]
    separates = ends_here | ((marks.byte == COMMA) & ~inside)
    at = marks.at[separates]
    terminators = np.flatnonzero(ends_here)
    # Of each terminator, how many separators stand before it: all marks but those that separate nothing.
    last = terminators - np.searchsorted(np.flatnonzero(~separates), terminators)
    crlf = marks.before_lf[terminators]
    odd = inside[terminators]
    ends = marks.at[terminators]
    cut = int(ends[-1]) + 1 + int(crlf[-1]) if len(ends) else 0
    starts = np.concatenate(([0], ends[:-1] + 1 + crlf[:-1])) if len(ends) else ends
    tail = final and cut < len(data)
    if tail:
        starts, ends = np.append(starts, cut), np.append(ends, len(data))
        odd = np.append(odd, bool(len(inside) and inside[-1]))
        last = np.append(last, len(at))
        at = np.append(at, len(data))
        cut = len(data)
    else:
        at = at[: last[-1] + 1 if len(last) else 0]
    counts = np.diff(last, prepend=-1)
    malformed = odd.copy()
    if len(quotes.bad) and len(ends):
        hit = np.searchsorted(ends, _before(cut, quotes.bad), side="left")
        malformed[hit[hit < len(ends)]] = True
    blank = (counts == 1) & (starts == ends)
    hollow = _hollow(data, starts, ends, counts) & ~malformed
    by = marks.byte[terminators]
    paired = int(crlf.sum())
    structure = Structure(
        starts=starts,
        ends=ends,
        counts=counts,
        malformed=malformed,
        separators=at,
        quote_opens=_before(cut, quotes.items),
        line_ends=_before(cut, marks.at[marks.is_line_end]),
        blank_lines=starts[blank],
        hollow_rows=starts[hollow],
        crlf=paired,
        lf=int((by == LF).sum()),
        cr=int((by == CR).sum()) - paired,
        unterminated=tail,
        controls=_before(cut, marks.at[_is_control(marks.byte)]),
        tabs=_before(cut, marks.at[marks.byte == TAB]),
        cut=cut,
    )
    empty = blank | hollow
    return _without(structure, empty) if empty.any() else structure


def _hollow(data: Bytes, starts: Positions, ends: Positions, counts: Positions) -> Flags:
    """Rows of nothing but separators, blanks and empty quotes: what a spreadsheet leaves of rows once used."""
    lengths = ends - starts
    hollow: Flags = (lengths == counts - 1) & (counts > 1)
    # No item longer than two quotes.
    perhaps = np.flatnonzero((lengths >= counts) & (lengths < 3 * counts) & (counts > 1))
    perhaps = perhaps[_OF_HOLLOW_ROWS[data[starts[perhaps]]]]
    if len(perhaps):
        first, long = starts[perhaps], lengths[perhaps]
        offsets = np.cumsum(long) - long
        at = np.repeat(first - offsets, long) + np.arange(int(long.sum()))
        others = np.add.reduceat((~_OF_HOLLOW_ROWS[data[at]]).astype(np.int64), offsets)
        hollow[perhaps] = others == 0
    return hollow


def _is_control(byte: Bytes) -> Flags:
    """Control characters other than tabs and line ends."""
    control: Flags = ((byte < _BLANK) & (byte != TAB) & (byte != CR) & (byte != LF)) | (byte == _DELETE)
    return control


def _before(cut: int, positions: Positions) -> Positions:
    """Those of some ascending positions that lie in the block."""
    return positions[: np.searchsorted(positions, cut)]


def _without(structure: Structure, empty: Flags) -> Structure:
    """The structure without rows that are no records."""
    keep = ~empty
    separators = structure.separators[np.repeat(keep, structure.counts)]
    return replace(
        structure,
        starts=structure.starts[keep],
        ends=structure.ends[keep],
        counts=structure.counts[keep],
        malformed=structure.malformed[keep],
        separators=separators,
    )
