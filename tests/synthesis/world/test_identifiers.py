"""Numbers have right check digits, by a way of counting of their own."""

from __future__ import annotations

import pytest

from careplan_csv.standard import checkdigits
from careplan_csv.synthesis.world import identifiers


@pytest.mark.parametrize("number", ["435073", "294538", "143826", "121012"])
def test_insurers_that_exist_fit(number: str) -> None:
    assert identifiers.with_check_digit(number[:-1]) == number


@pytest.mark.parametrize("office_class", list("01345679AB"))
def test_offices_fit_the_packages_own_algorithm(office_class: str) -> None:
    made = [identifiers.office_number(serial, office_class) for serial in (1, 9_999, 10_000, 54_321)]
    assert len(set(made)) == 4
    assert all(checkdigits.is_valid_office_number(number) for number in made)
    assert all(number[2] == office_class for number in made)


def test_insurers_fit_the_packages_own_algorithm() -> None:
    assert all(checkdigits.is_valid_insurer_number(identifiers.insurer_number(n)) for n in range(1, 100))


def test_both_ways_agree_on_letters() -> None:
    for left in ("35B990011", "35A99000Z", "01X9Y9W12"):
        assert identifiers.with_check_digit(left) == checkdigits.with_check_digit(left)


def test_numbers_have_the_form_of_the_standard() -> None:
    assert identifiers.insured_number(101) == "0000000101"
    assert identifiers.insured_number(101, public_only=True) == "H000000101"
    assert identifiers.product_code(7) == "99999-000007"


def test_numbers_end_somewhere() -> None:
    with pytest.raises(ValueError, match="office"):
        identifiers.office_number(1_000_000)
    with pytest.raises(ValueError, match="insurer"):
        identifiers.insurer_number(100)
