"""Invented numbers in the correct form: offices, insurers, insured persons, products.

The check digits are computed independently of the checks, so that the tests compare two implementations.
"""

from __future__ import annotations

PREFECTURE = "35"

_VALUES = {character: value for value, character in enumerate("0123456789ABCDEFGHJKLMNPRSTUVWXYZ")}
"""I, O and Q are not used in an 事業所番号."""

_DISTRICTS = 100
_PER_DISTRICT = 10_000


def check_digit(left: str) -> str:
    """The last character of an 事業所番号 (10) or a 保険者番号 (6).

    Args:
        left: the characters before it, 9 or 5; weights 2, 1, 2, 1 … from the right, the digits of a
            product added up.

    Source: the modulus-10 check digit of both numbers.
    """
    total = 0
    for position, character in enumerate(reversed(left)):
        product = _VALUES[character] * (2 if position % 2 == 0 else 1)
        total += product // 10 + product % 10
    return str(-total % 10)


def with_check_digit(left: str) -> str:
    """A number with its check digit added."""
    return left + check_digit(left)


def office_number(serial: int, office_class: str = "7") -> str:
    """A 事業所番号 of the sample prefecture: the districts are taken from 99 downwards.

    Args:
        serial: number within the class, from 1.
        office_class: 3rd character; 7 designated, 9 地域密着, 0 community centre, A 総合事業 …
    """
    district = _DISTRICTS - 1 - serial // _PER_DISTRICT
    if district < 0:
        raise ValueError(f"no office number left for {serial}")
    return with_check_digit(f"{PREFECTURE}{office_class}{district:02d}{serial % _PER_DISTRICT:04d}")


def insurer_number(serial: int) -> str:
    """A 保険者番号 (6) with one of the codes 901–999, which are not assigned to municipalities."""
    if not 0 < serial < _DISTRICTS:
        raise ValueError(f"no insurer number {serial}")
    return with_check_digit(f"{PREFECTURE}9{serial:02d}")


def insured_number(serial: int, *, public_only: bool = False) -> str:
    """A 被保険者番号 (10): digits, or H and nine digits for people on public assistance alone."""
    return f"H{serial:09d}" if public_only else f"{serial:010d}"


def product_code(serial: int) -> str:
    """A TAISコード or 福祉用具届出コード (NNNNN-NNNNNN) of the company number 99999."""
    return f"99999-{serial:06d}"
