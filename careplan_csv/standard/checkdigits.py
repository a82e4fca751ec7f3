"""The check digits of 事業所番号 and 保険者番号, one algorithm over rows of ASCII characters."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Characters = NDArray[np.uint8]
    Flags = NDArray[np.bool_]

OFFICE_LENGTH = 10
INSURER_LENGTH = 6

_ALPHABET = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
"""Characters of an 事業所番号 in the order of their values: I, O and Q are never used."""

_NO_VALUE = 255
_CLASS_AT = 2
_SHORT_SUM_CLASSES = "13456"
"""医科・歯科・薬局・老健・訪問看護: some prefectures leave prefecture and class out of the sum."""


COMMUNITY_CENTRE = "0"
"""The class of 地域包括支援センター."""


def is_community_centre(number: str) -> bool:
    """Whether an 事業所番号 is that of a community support centre."""
    return number[_CLASS_AT : _CLASS_AT + 1] == COMMUNITY_CENTRE


def valid_office_numbers(characters: Characters) -> Flags:
    """Whether the check digits of some 事業所番号 fit.

    Numbers of the classes 1, 3, 4, 5 and 6 fit also when only their characters 4–9 were summed up.

    Args:
        characters: ASCII codes, one number per row, shape (numbers, 10).

    Returns:
        One flag per number, shape (numbers,); false where a character has no value.

    Source: the modulus-10 check digit of 事業所番号, compared with the published numbers of offices.
    """
    import numpy as np

    shares, known = _shares(characters)
    check = characters[:, -1].astype(np.int16) - ord("0")
    full = (shares.sum(axis=1) + check) % 10 == 0
    short = (shares[:, _CLASS_AT + 1 :].sum(axis=1) + check) % 10 == 0
    may_be_short = np.isin(characters[:, _CLASS_AT], np.frombuffer(_SHORT_SUM_CLASSES.encode(), np.uint8))
    result: Flags = known & (full | (short & may_be_short))
    return result


def valid_insurer_numbers(characters: Characters) -> Flags:
    """Whether the check digits of some 保険者番号 fit.

    Args:
        characters: ASCII codes, one number per row, shape (numbers, 6).

    Returns:
        One flag per number, shape (numbers,); false where a character has no value.

    Source: the modulus-10 check digit of 保険者番号, the same rule over five characters.
    """
    import numpy as np

    shares, known = _shares(characters)
    check = characters[:, -1].astype(np.int16) - ord("0")
    result: Flags = known & ((shares.sum(axis=1) + check) % 10 == 0)
    return result


@lru_cache(maxsize=16384)
def is_valid_office_number(number: str) -> bool:
    """Whether one 事業所番号 has ten characters and its check digit fits."""
    row = _row(number, OFFICE_LENGTH)
    return row is not None and bool(valid_office_numbers(row)[0])


def is_valid_insurer_number(number: str) -> bool:
    """Whether one 保険者番号 has six characters and its check digit fits."""
    row = _row(number, INSURER_LENGTH)
    return row is not None and bool(valid_insurer_numbers(row)[0])


def with_check_digit(left: str) -> str:
    """A number with its check digit added.

    Args:
        left: all characters but the last.

    Raises:
        ValueError: a character has no value.
    """
    row = _row(left + "0", len(left) + 1)
    shares, known = _shares(row) if row is not None else (None, [False])
    if shares is None or not known[0]:
        raise ValueError(f"no check digit for {left!r}")
    return f"{left}{-int(shares.sum()) % 10}"


def _shares(characters: Characters) -> tuple[NDArray[np.int16], Flags]:
    """What each character but the last adds to the sum, and which rows have only characters with a value."""
    import numpy as np

    values = _values()[characters]
    known = (values[:, :-1] != _NO_VALUE).all(axis=1) & (values[:, -1] < 10)
    left = values.shape[1] - 1
    weights = np.where(np.arange(left)[::-1] % 2 == 0, 2, 1)
    products = values[:, :-1].astype(np.int16) * weights.astype(np.int16)
    return products // 10 + products % 10, known


@cache
def _values() -> NDArray[np.uint8]:
    import numpy as np

    table = np.full(256, _NO_VALUE, dtype=np.uint8)
    table[np.frombuffer(_ALPHABET.encode(), dtype=np.uint8)] = np.arange(len(_ALPHABET))
    return table


def _row(number: str, length: int) -> Characters | None:
    import numpy as np

    if len(number) != length or not number.isascii():
        return None
    return np.frombuffer(number.encode("ascii"), dtype=np.uint8).reshape(1, length)
