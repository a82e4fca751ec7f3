"""--profile and --office-type, the same for every command that has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from careplan_csv.cli.messages import Refused

if TYPE_CHECKING:
    from careplan_csv.standard import OfficeType, Profile

office_type_option = click.option(
    "--office-type",
    "office_type",
    required=True,
    metavar="種類",
    help="居宅介護支援（planning）か居宅サービス（service）。介護予防の種類は mhlw-4.1-yobo で使えます。",
)
USUAL_PROFILE = "yamaguchi-r6"
"""The table of requirements that counts where nobody names one."""

profile_option = click.option(
    "--profile",
    default=USUAL_PROFILE,
    metavar="名前",
    help="要件の表（yamaguchi-r6、mhlw-4.1、mhlw-4.1-yobo）。",
)


def profile_and_type(profile_id: str, word: str) -> tuple[Profile, OfficeType]:
    """The profile and the office type that were named.

    Raises:
        Refused: there is no such profile, or it has no such office type.
    """
    from careplan_csv.standard import standard

    known = standard()
    if profile_id not in known.profiles:
        raise Refused(f"オプション「--profile」に使える値は {'、'.join(known.profiles)} です。")
    profile = known.profile(profile_id)
    try:
        return profile, profile.office_type(word)
    except KeyError:
        words = "、".join(f"{kind.short}（{kind.id}）" for kind in profile.office_types)
        raise Refused(f"オプション「--office-type」に使える値は、{words}です。") from None
