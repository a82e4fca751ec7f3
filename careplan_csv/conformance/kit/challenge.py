"""Challenges: kits without their expected contents, and the answers, which stay with the issuer.

The issuer, who asks for a proof, makes both. A maker cannot know the expected contents without running the
software, because the kit contains neither them nor the seed. It contains a commitment to the seed, so that
the issuer cannot change the answers afterwards.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from careplan_csv.conformance.kit.builder import KitNotPossible, make_kit
from careplan_csv.conformance.kit.kit_model import EXPECTED, Kit
from careplan_csv.conformance.strict_json import parse_object
from careplan_csv.standard import Standard

FORMAT = "careplan-csv challenge answers 1"
_SEED_BITS = 128
_LARGEST = 4 << 20
_TEXTS = ("profile", "office_type", "edition", "nonce", "commitment", "kit", "made_at", "issuer")


class ChallengeProblem(Exception):
    """Answers that cannot be used; the text says what and what to do, in Japanese."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict that was made with these answers: on which evidence (SHA-256 of its manifest), and when."""

    evidence: str
    at: str
    product: str


@dataclass(frozen=True)
class ChallengeAnswers:
    """The answers to a challenge, which the issuer keeps.

    Attributes:
        profile, office_type, edition, seed: the arguments from which the complete kit is made again.
        nonce: hexadecimal; commitment: SHA-256 of seed and nonce, as in the kit.
        kit: SHA-256 over the files of the kit without the expected contents.
        made_at: ISO 8601; issuer: a name, or empty.
        judged: the verdicts that were already made with these answers.
    """

    profile: str
    office_type: str
    edition: str
    seed: int
    nonce: str
    commitment: str
    kit: str
    made_at: str
    issuer: str = ""
    judged: tuple[Judged, ...] = ()

    def data(self) -> bytes:
        """The bytes of the answer file."""
        data = {"format": FORMAT, **asdict(self), "judged": [asdict(one) for one in self.judged]}
        return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode("utf-8")

    def with_judged(self, one: Judged) -> ChallengeAnswers:
        """These answers with one more verdict."""
        return replace(self, judged=(*self.judged, one))

    def whole_kit(self, known: Standard) -> Kit:
        """The kit with its expected contents.

        Raises:
            ChallengeProblem: this version makes a different kit from the same seed, or none.
        """
        try:
            profile = known.profile(self.profile)
            office_type = profile.office_type(self.office_type)
            kit = make_kit(profile, office_type, known.edition(self.edition), self.seed)
        except (KeyError, ValueError, KitNotPossible) as error:
            raise ChallengeProblem(
                "答えのファイルに書かれた要件の表・事業所の種類・CSVバージョンのキットを作れません。"
                "出題したときと同じバージョンの careplan-csv で確かめてください。"
            ) from error
        if kit.digest != self.kit:
            raise ChallengeProblem(
                "答えのファイルから作ったキットが、出題したキットと違います。"
                "出題したときと同じバージョンの careplan-csv で確かめてください。"
            )
        return kit


def random_seed() -> int:
    """A seed too large to be found by trial."""
    return secrets.randbits(_SEED_BITS)


def commitment_of(seed: int, nonce: str) -> str:
    """SHA-256 of seed and nonce."""
    return sha256(f"{seed}:{nonce}".encode()).hexdigest()


def challenge_of(kit: Kit, made_at: str, issuer: str) -> tuple[Kit, ChallengeAnswers]:
    """Split a kit into a challenge without expected contents, and the answers.

    Args:
        kit: made with a secret seed (`random_seed`).
    """
    assert kit.seed is not None
    nonce = secrets.token_hex(32)
    commitment = commitment_of(kit.seed, nonce)
    files = {path: data for path, data in kit.files.items() if not path.startswith(EXPECTED)}
    open_kit = replace(kit, seed=None, aspects={}, files=files, commitment=commitment)
    answers = ChallengeAnswers(
        kit.profile,
        kit.office_type,
        kit.edition,
        kit.seed,
        nonce,
        commitment,
        kit.digest,
        made_at,
        issuer,
    )
    return open_kit, answers


def read_answers(path: Path) -> ChallengeAnswers:
    """Read an answer file.

    Raises:
        ChallengeProblem: it is no answer file, or its commitment does not match its seed.
    """
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            raise ValueError("no file of answers")
        return answers_of(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ChallengeProblem(
            f"「{path.name}」は、出題キットの答えのファイルではないか、書き換えられています。"
            "「careplan-csv kit make --challenge」で作った答えのファイルを指定してください。"
        ) from error


def answers_of(data: bytes) -> ChallengeAnswers:
    """The answers from the bytes of an answer file.

    Raises:
        ValueError: it is no answer file, or its commitment does not match its seed.
    """
    found = parse_object(data)
    if set(found) != {"format", "seed", "judged", *_TEXTS} or found["format"] != FORMAT:
        raise ValueError("no answers")
    texts = {name: _text(found[name]) for name in _TEXTS}
    seed = found["seed"]
    if isinstance(seed, bool) or not isinstance(seed, int) or seed.bit_length() > _SEED_BITS or seed < 0:
        raise ValueError("no seed")
    if commitment_of(seed, texts["nonce"]) != texts["commitment"]:
        raise ValueError("another commitment")
    if not isinstance(found["judged"], list):
        raise ValueError("no list")
    return ChallengeAnswers(**texts, seed=seed, judged=tuple(map(_judged, found["judged"])))


def _judged(entry: Mapping[str, Any]) -> Judged:
    if not isinstance(entry, dict) or set(entry) != {"evidence", "at", "product"}:
        raise ValueError("no judgement")
    return Judged(*(_text(entry[name]) for name in ("evidence", "at", "product")))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value
