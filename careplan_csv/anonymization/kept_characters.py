"""Which characters of a value a finding is about: the fewest that must stay for it to be found again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from careplan_csv.anonymization.letter_classes import has_class
from careplan_csv.anonymization.pseudonyms import Value

One = TypeVar("One")

_MOST_LOOKS = 600
_ALWAYS_FEW = 4


def fewest_kept(value: Value, holds: Callable[[Collection[int]], bool]) -> frozenset[int]:
    """The fewest characters of a value that must stay, found by leaving out ever smaller parts of them.

    Args:
        holds: whether the findings are the same when the characters at some places stay.

    Returns:
        Places in the text; none where more than half of its letters would have to stay: then rather a
        finding is lost than a text told.
    """
    letters = [place for place, character in enumerate(value.text) if has_class(character)]
    places = fewest(letters, holds, _MOST_LOOKS)
    # Latin letters that must stay are words of programs and of web pages.
    telling = sum(not value.text[place].isascii() for place in places)
    if telling > max(_ALWAYS_FEW, len(letters) // 2):
        return frozenset()
    return frozenset(places)


def fewest(given: Sequence[One], holds: Callable[[Sequence[One]], bool], most: int) -> list[One]:
    """A smallest part of some things for which something still holds, by delta debugging.

    Args:
        holds: true for `given`.
        most: after so many looks the smallest part so far is taken.
    """
    left, parts, looks = list(given), 2, 0
    while left and looks < most:
        size = max(1, len(left) // parts)
        for start in range(0, len(left), size):
            rest = left[:start] + left[start + size :]
            looks += 1
            if holds(rest):
                left, parts = rest, max(2, parts - 1)
                break
            if looks >= most:
                break
        else:
            if size == 1:
                break
            parts = min(len(left), parts * 2)
    return left
