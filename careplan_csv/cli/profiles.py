"""--profile and --office-type, the same for every command that has them."""

from __future__ import annotations

from pathlib import Path
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
rehearsing_office_type_option = click.option(
    "--office-type",
    "office_type",
    metavar="種類",
    help="居宅介護支援（planning）か居宅サービス（service）。--scenario では、省略すると、送る側と受け取る側の両方です。",
)
USUAL_PROFILE = "yamaguchi-r6"
"""The table of requirements that counts where nobody names one."""

profile_option = click.option(
    "--profile",
    default=USUAL_PROFILE,
    metavar="名前",
    help="要件の表（yamaguchi-r6、mhlw-4.1、mhlw-4.1-yobo）か、init-profile で作ったファイル（.yaml）。",
)
own_profile_option = click.option(
    "--profile",
    "own_profile",
    type=click.Path(path_type=Path),
    metavar="ファイル",
    help="証拠やキットを作った要件の表が、都道府県などのファイル（.yaml）であるときに指定します。",
)
"""--profile of commands that learn from a kit or a package which profile they need."""


def profile_and_type(profile_id: str, word: str) -> tuple[Profile, OfficeType]:
    """The profile and the office type that were named.

    Raises:
        Refused: there is no such profile, or it has no such office type.
    """
    profile = profile_of(profile_id)
    try:
        return profile, profile.office_type(word)
    except KeyError:
        words = "、".join(f"{kind.short}（{kind.id}）" for kind in profile.office_types)
        raise Refused(f"オプション「--office-type」に使える値は、{words}です。") from None


def profile_of(word: str) -> Profile:
    """The profile of an id, or of a file.

    Raises:
        Refused: there is no such profile, or the file cannot be used.
    """
    from careplan_csv.standard import standard

    if word.lower().endswith((".yaml", ".yml")):
        return added_profile(Path(word))
    known = standard()
    if word not in known.profiles:
        raise Refused(
            f"オプション「--profile」に使える値は {'、'.join(known.profiles)} か、要件の表のファイル（.yaml）です。"
        )
    return known.profile(word)


def added_profile(path: Path) -> Profile:
    """A profile that somebody else wrote, from now on known to the program.

    Raises:
        Refused: the file cannot be used.
    """
    from careplan_csv.standard import SchemaFileError, standard

    try:
        return standard().add_profile(path)
    except SchemaFileError as error:
        raise Refused(f"要件の表 {error}") from error
