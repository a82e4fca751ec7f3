"""Draw the picture of the rooms in ARCHITECTURE.md from the imports: `python docs/rooms.py` (`make docs`).

A room is a package or module directly under careplan_csv. An arrow says that one imports the other; what follows
from other arrows is left out.
"""

from __future__ import annotations

import sys
from pathlib import Path

import grimp

ROOT = Path(__file__).parent.parent
PACKAGE = "careplan_csv"
BEGIN, END = "<!-- rooms: begin -->", "<!-- rooms: end -->"
LEFT_OUT = {"__main__", "version", "resources", "japanese", "japanese_dates"}
"""Small modules that everybody may import."""

Arrows = set[tuple[str, str]]


def arrows() -> Arrows:
    """Which room imports which."""
    graph = grimp.build_graph(PACKAGE)
    found: Arrows = set()
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            pair = _room(module), _room(imported)
            if all(pair) and pair[0] != pair[1] and not LEFT_OUT & set(pair):
                found.add(pair)
    return found


def _room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def reduced(pairs: Arrows) -> Arrows:
    """The arrows that do not follow from others."""
    return {
        (one, other)
        for one, other in pairs
        if not any(
            (one, between) in pairs and _leads(pairs, between, other)
            for _, between in pairs
            if between != other
        )
    }


def _leads(pairs: Arrows, start: str, goal: str) -> bool:
    seen, waiting = set(), [start]
    while waiting:
        here = waiting.pop()
        if here == goal:
            return True
        if here not in seen:
            seen.add(here)
            waiting += [other for one, other in pairs if one == here]
    return False


def picture() -> str:
    """The picture as a mermaid graph, between its marks."""
    lines = [f"    {one} --> {other}" for one, other in sorted(reduced(arrows()))]
    return "\n".join([BEGIN, "```mermaid", "graph TD", *lines, "```", END])


def with_picture(text: str) -> str:
    """A page with the picture between its marks."""
    before, rest = text.split(BEGIN)
    return before + picture() + rest.split(END)[1]


def main() -> None:
    for name in sys.argv[1:] or ("ARCHITECTURE.md", "ARCHITECTURE.en.md"):
        page = ROOT / name
        page.write_text(with_picture(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
