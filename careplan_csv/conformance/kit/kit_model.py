"""The contents of an import kit, and its description in kit.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

FORMAT = "1.0"
DESCRIPTION = "kit.json"


class KitNotPossible(Exception):
    """A kit that cannot be made; the text says why, in Japanese."""


class Aspect(StrEnum):
    """What a person of the kit is used to test."""

    IMPORT = "import"
    """Sent contents are in the software."""
    TEXTS = "texts"
    """Long texts and difficult characters are in the software unchanged."""
    REPLACEMENT = "replacement"
    """A later unit replaces an earlier one (2.5)."""
    ORDER = "order"
    """A unit with an earlier serial that arrives later does not change anything (2.5)."""
    DELETION = "deletion"
    """A deletion removes the contents (2.5)."""
    SENT_AGAIN = "sent_again"
    """Contents that were deleted and sent again are in the software."""
    REPEAT = "repeat"
    """A unit that is imported twice is in the software once."""
    FOREIGN = "foreign"
    """A unit for another office is not imported (2.6)."""
    FAULTY = "faulty"
    """A faulty unit does not delete or change anything."""

    @property
    def label(self) -> str:
        return _ASPECTS[self]


_ASPECTS = {
    Aspect.IMPORT: "取込",
    Aspect.TEXTS: "長い文章と文字",
    Aspect.REPLACEMENT: "訂正の置き換え",
    Aspect.ORDER: "ファイル連番の順",
    Aspect.DELETION: "削除",
    Aspect.SENT_AGAIN: "削除後の再送",
    Aspect.REPEAT: "同じ組の再取込",
    Aspect.FOREIGN: "他事業所あての組",
    Aspect.FAULTY: "誤りのある組",
}


class Expectation(StrEnum):
    """The expected reaction of software to a unit."""

    IMPORT = "import"
    """Import it."""
    REFUSE = "refuse"
    """Import nothing of it, and say why."""
    WARN = "warn"
    """Import it and show a warning."""

    @property
    def label(self) -> str:
        return {
            "import": "取り込む",
            "refuse": "取り込まず、理由を表示する",
            "warn": "取り込み、警告を表示する",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Step:
    """One unit of the kit, in a folder of its own.

    Attributes:
        folder: within the kit, for instance `inbox/03-schedule`.
        unit: id of the transmission unit; pattern: its label in 国保中央会's vendor test, or empty.
        purpose: its purpose, a sentence in Japanese.
        aspect: what it tests.
        rule: the rule that a faulty unit breaks; otherwise empty.
        users: 被保険者番号 of the (synthetic) people in it.
    """

    folder: str
    unit: str
    pattern: str
    purpose: str
    aspect: Aspect
    expectation: Expectation = Expectation.IMPORT
    rule: str = ""
    users: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kit:
    """An import kit.

    Attributes:
        profile, office_type, edition, seed: the arguments; the same four give the same bytes. The seed of a
            challenge is secret: None.
        office_number, office_kind: the office that imports the units.
        inbox: units to import, in the order of the folders; faults: units to test afterwards.
        own: units with the data that the software must have before (entered, or by `load`).
        aspects: 被保険者番号 -> what this person tests, for every person of the kit.
        files: path within the kit -> bytes, without kit.json.
        commitment: of a challenge: SHA-256 of its seed and nonce, which the issuer keeps; otherwise empty.
        scenario: of a rehearsal: what is rehearsed; empty for a kit that tests everything.
    """

    profile: str
    office_type: str
    edition: str
    seed: int | None
    office_number: str
    office_kind: str
    inbox: tuple[Step, ...]
    own: tuple[Step, ...]
    faults: tuple[Step, ...]
    aspects: Mapping[str, Aspect]
    files: Mapping[str, bytes] = field(repr=False)
    commitment: str = ""
    scenario: str = ""

    @property
    def is_challenge(self) -> bool:
        """Whether it is without expected contents."""
        return bool(self.commitment)

    @property
    def people(self) -> frozenset[str]:
        """被保険者番号 of all people in the kit, as far as it names them."""
        return frozenset(self.aspects) | {
            number for step in (*self.inbox, *self.own, *self.faults) for number in step.users
        }

    @property
    def digest(self) -> str:
        """SHA-256 over the units: equal for a challenge and the kit that it was made from."""
        given = {path: data for path, data in self.files.items() if not path.startswith(EXPECTED)}
        lines = (f"{sha256(data).hexdigest()}  {path}\n" for path, data in sorted(given.items()))
        return sha256("".join(lines).encode()).hexdigest()

    def under(self, folder: str) -> dict[str, bytes]:
        """The files directly in a folder of the kit, by name."""
        start = folder + "/"
        return {
            path.removeprefix(start): data
            for path, data in self.files.items()
            if path.startswith(start) and "/" not in path.removeprefix(start)
        }

    def description(self, tool: Mapping[str, str], sheets: Mapping[str, bytes] | None = None) -> str:
        """The text of kit.json.

        Args:
            tool: name, version and rule set of the program.
            sheets: the empty checksheets, path -> bytes.
        """
        files = {**self.files, **(sheets or {})}
        data: dict[str, Any] = {
            "format": FORMAT,
            "tool": dict(tool),
            **{name: getattr(self, name) for name in _NAMES if not (name == "seed" and self.is_challenge)},
            **({"scenario": self.scenario} if self.scenario else {}),
            **({"challenge": {"commitment": self.commitment}} if self.is_challenge else {}),
            **{name: [asdict(step) for step in getattr(self, name)] for name in _STEPS},
            "aspects": dict(self.aspects),
            "files": {path: sha256(data).hexdigest() for path, data in sorted(files.items())},
        }
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


_NAMES = ("profile", "office_type", "edition", "seed", "office_number", "office_kind")
_STEPS = ("inbox", "own", "faults")

EXPECTED = "expected/"
EXPECTED_DUMP = "expected/dump"
"""The expected contents after `inbox`, in the standard's layouts (`standard.filenames.table_name`)."""
EXPECTED_AFTER_FAULTS = "expected/dump-after-faults"
"""The expected contents after `faults`."""
EXPECTED_EXPORT = "expected/export"
"""The expected exports afterwards, by file and month in the same way."""
