"""Check digits: published numbers fit, one wrong character does not, odd classes have their own sum."""

from __future__ import annotations

import numpy as np
import pytest

from careplan_csv.standard.checkdigits import (
    is_valid_insurer_number,
    is_valid_office_number,
    valid_insurer_numbers,
    valid_office_numbers,
    with_check_digit,
)


def rows(*numbers: str) -> np.ndarray:
    return np.frombuffer("".join(numbers).encode(), dtype=np.uint8).reshape(len(numbers), -1)


@pytest.mark.parametrize("number", ["435073", "294538", "143826", "121012"])
def test_published_insurer_numbers_fit(number: str) -> None:
    assert is_valid_insurer_number(number)
    for wrong in "0123456789".replace(number[-1], ""):
        assert not is_valid_insurer_number(number[:-1] + wrong)


@pytest.mark.parametrize("left", ["357000001", "350000001", "35A000001", "3590000Z9", "13700HJ12"])
def test_every_class_fits_with_its_own_digit_only(left: str) -> None:
    number = with_check_digit(left)
    assert is_valid_office_number(number)
    assert not any(is_valid_office_number(left + d) for d in "0123456789".replace(number[-1], ""))


def test_letters_count_from_ten_without_i_o_q() -> None:
    # H=17 → 1·17 = 17 → 8; J=18 → 9; N=22 → 4; P=23 → 5; Z=32 → 5 (weight 1: digits of the value)
    shares = {letter: int(with_check_digit(f"00000000{letter}0")[-1]) for letter in "HJNPZ"}
    assert shares == {
        letter: (10 - share) % 10 for letter, share in zip("HJNPZ", (8, 9, 4, 5, 5), strict=True)
    }


@pytest.mark.parametrize("office_class", "13456")
def test_medical_classes_may_leave_prefecture_and_class_out(office_class: str) -> None:
    left = f"13{office_class}012345"
    short = left + with_check_digit("000" + left[3:])[-1]
    assert short != with_check_digit(left)
    assert is_valid_office_number(short)
    assert is_valid_office_number(with_check_digit(left))


@pytest.mark.parametrize("office_class", "0789AB")
def test_other_classes_must_not(office_class: str) -> None:
    left = f"12{office_class}012345"
    short = left + with_check_digit("000" + left[3:])[-1]
    assert short != with_check_digit(left)
    assert not is_valid_office_number(short)


@pytest.mark.parametrize(
    "number",
    ["", "357000001", "35700000123", "35700000I2", "357000001X", "３５７０００００１２", "35-0000012"],
)
def test_what_is_no_office_number_does_not_fit(number: str) -> None:
    assert not is_valid_office_number(number)


def test_many_numbers_at_once() -> None:
    good = [with_check_digit(f"3570{serial:05d}") for serial in range(500)]
    bad = [number[:-1] + str((int(number[-1]) + 1) % 10) for number in good]
    assert valid_office_numbers(rows(*good)).all()
    assert not valid_office_numbers(rows(*bad)).any()
    assert valid_insurer_numbers(rows("435073", "435074")).tolist() == [True, False]
    assert valid_office_numbers(np.empty((0, 10), dtype=np.uint8)).shape == (0,)


def test_a_character_without_value_has_no_check_digit() -> None:
    with pytest.raises(ValueError, match="no check digit"):
        with_check_digit("35700000Q")
