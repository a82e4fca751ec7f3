"""A large, valid UPPLAN file of synthetic users, written record by record."""

from __future__ import annotations

import argparse
import random
from pathlib import Path

MONTH = "202504"

KINDS = (
    ("11", "2211", "訪問介護事業所かくうの里"),
    ("15", "1241", "通所介護センター架空の丘"),
    ("13", "1111", "訪問看護ステーション仮の森"),
    ("17", "1001", "福祉用具レンタルみほん"),
)
TOOLS = tuple(f"特殊寝台{model}型（サイドレール付き）" for model in ("Ａ", "Ｂ", "Ｃ", "Ｄ", "Ｅ"))


def check_digit(left: str) -> str:
    """The last digit of an office or insurer number (weights 2, 1, 2, 1 … from the right)."""
    total = 0
    for position, character in enumerate(reversed(left)):
        product = int(character) * (2 if position % 2 == 0 else 1)
        total += product // 10 + product % 10
    return str((10 - total % 10) % 10)


def _office(serial: int) -> str:
    left = f"3570{serial:05d}"
    return left + check_digit(left)


def _insurer(serial: int) -> str:
    left = f"35{serial:03d}"
    return left + check_digit(left)


def file_name() -> str:
    """The name of the file, after the rules of edition 202407."""
    return f"UPPLAN_{MONTH}_{_office(1)}_43_{_office(10)}_11_20250401090000.CSV"


def write(path: Path, records: int, seed: int = 1) -> None:
    """Write `records` valid records in MS932 to `path`."""
    random_source = random.Random(seed)
    insurers = [_insurer(n) for n in range(201, 221)]
    offices = [_office(n) for n in range(10, 210)]
    planner = _office(1)
    planners = [f"架空 計画{n:03d}" for n in range(60)]
    with path.open("wb") as file:
        lines: list[str] = []
        user = written = 0
        while written < records:
            user += 1
            insurer, insured = random_source.choice(insurers), f"{user:010d}"
            kind, item, name = random_source.choice(KINDS)
            office, planner_name = random_source.choice(offices), random_source.choice(planners)
            tool = f'{random_source.randint(1, 999):05d}-{random_source.randint(1, 999999):06d},,"{random_source.choice(TOOLS)}"'
            hour = random_source.randint(8, 16)
            for day in sorted(random_source.sample(range(1, 31), random_source.randint(8, 26))):
                times = "9999,9999" if kind == "17" else f"{hour:02d}00,{hour + 1:02d}30"
                tools = tool if kind == "17" else ",,"
                lines.append(
                    f'202407,{insurer},{insured},20250325,{MONTH},{planner},"{planner_name}",'
                    f"{random_source.randint(200, 999)},,{MONTH}{day:02d},,{times},1,{kind}{item},{tools},,"
                    f'{office},"{name}{office[4:9]}号館（日中のサービス提供時間）",,0,{planner},\r\n'
                )
                written += 1
                if written == records:
                    break
            if len(lines) > 20000:
                file.write("".join(lines).encode("cp932"))
                lines.clear()
        file.write("".join(lines).encode("cp932"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--records", type=int, default=1_000_000)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    write(arguments.folder / file_name(), arguments.records)


if __name__ == "__main__":
    main()
