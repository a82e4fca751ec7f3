"""careplan-csv: ケアプランデータ連携標準仕様の CSV を検査する道具。

For Python programs: `schema` gives the files as Pandera schemas, `read` a file as a table, `check` and `assess`
what the commands of these names find, `layout` the items of a file. Each is imported when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from careplan_csv.version import __version__

if TYPE_CHECKING:
    from careplan_csv.api import CannotReadError, assess, check, layout, read
    from careplan_csv.frame_schemas import schema

__all__ = ["CannotReadError", "__version__", "assess", "check", "layout", "read", "schema"]

_HOMES = {
    **dict.fromkeys(("CannotReadError", "assess", "check", "layout", "read"), "careplan_csv.api"),
    "schema": "careplan_csv.frame_schemas",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
