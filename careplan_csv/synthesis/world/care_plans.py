"""Random texts of a user's plan for given services (第1表–第3表)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from careplan_csv.synthesis.world.care import Care, CareNeed, Goal, Support
from careplan_csv.synthesis.world.offices import Office
from careplan_csv.synthesis.world.patterns import Weekly
from careplan_csv.synthesis.world.services import Service
from careplan_csv.synthesis.world.texts import (
    DAILY,
    OCCASIONAL,
    OPINIONS,
    POLICIES,
    REASONS,
    WISHES,
    WORDINGS,
    CareWording,
    Scribe,
    long_text,
)

_LIVING_SUPPORT = "117"
_OTHER_REASON = "3"
_OWN_EFFORT = Support("毎日の体操と水分補給", "", None, "毎日", "本人・家族")


def plan_care(
    random: Random, services: Sequence[Service], kind_names: Mapping[str, str], scribe: Scribe
) -> Care:
    """Make the care of a user.

    Args:
        kind_names: the names of サービス種類 by code.
    """
    offices: dict[CareWording, list[Office]] = {}
    for office in dict.fromkeys(service.office for service in services):
        offices.setdefault(WORDINGS[office.kind], []).append(office)
    frequency = _frequencies(services)
    return Care(
        wishes=long_text() if random.random() < 0.003 else scribe.write(random.choice(WISHES)),
        policy=scribe.write(random.choice(POLICIES)),
        needs=tuple(
            _need(random, wording, some, kind_names, frequency, scribe) for wording, some in offices.items()
        ),
        services=tuple(services),
        daily=tuple(entry for entry in DAILY if random.random() < 0.6) or DAILY[:1],
        others=tuple(scribe.write(text) for text in random.sample(OCCASIONAL, random.randrange(1, 3))),
        opinion=random.choice(OPINIONS),
        living_support=_living_support(random, services),
    )


def _frequencies(services: Sequence[Service]) -> dict[Office, str]:
    """頻度 by office, in words."""
    found: dict[Office, str] = {}
    for service in services:
        pattern = service.pattern
        words = f"週{len(pattern.weekdays)}回" if isinstance(pattern, Weekly) else "月ごと"
        found.setdefault(service.office, words)
    return found


def _need(
    random: Random,
    wording: CareWording,
    offices: Sequence[Office],
    kind_names: Mapping[str, str],
    frequency: Mapping[Office, str],
    scribe: Scribe,
) -> CareNeed:
    """課題 with one or two goals; the first goal has a support for every office."""
    supports = [
        Support(scribe.write(content), kind_names[office.kind], office, frequency[office])
        for office in offices
        for content in wording.supports[: random.randrange(1, len(wording.supports) + 1)]
    ]
    goals = [Goal(scribe.write(wording.long_term), scribe.write(wording.short_term), tuple(supports))]
    if random.random() < 0.4:
        goals.append(Goal("自分でできることを続ける", "毎日、体操をする", (_OWN_EFFORT,)))
    return CareNeed(scribe.write(wording.need), tuple(goals))


def _living_support(random: Random, services: Sequence[Service]) -> tuple[str, str]:
    """生活援助中心型の算定理由, if there is such a service."""
    if not any(service.code.startswith(_LIVING_SUPPORT) for service in services):
        return ("", "")
    reason = random.choice(("1", "2", _OTHER_REASON))
    return (reason, random.choice(REASONS) if reason == _OTHER_REASON else "")
