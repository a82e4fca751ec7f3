"""YAML with line numbers: a broken schema file is named with its line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, overload

import yaml

from careplan_csv import resources

T = TypeVar("T")
Choice = TypeVar("Choice", bound=StrEnum)
_MISSING = object()
_DEEPEST = 50


class SchemaFileError(Exception):
    """A file of schemas/ cannot be used. The text names file, line and what is wrong, in Japanese."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path} の {line} 行目: {problem}")
        self.path = path
        self.line = line


class Node(dict[str, Any]):
    """A mapping that knows where it stands."""

    path: Path
    line: int

    @overload
    def take(self, key: str, kind: type[T]) -> T: ...
    @overload
    def take(self, key: str, kind: type[T], default: T) -> T: ...
    def take(self, key: str, kind: type[T], default: object = _MISSING) -> T:
        """Return the value of `key`, which must be of type `kind`.

        Raises:
            SchemaFileError: the key is absent without a default, or of another type.
        """
        if key not in self:
            if default is _MISSING:
                raise self.error(f"「{key}」がありません。")
            return default  # type: ignore[return-value]  # the overloads bind default to T
        value = self[key]
        if not isinstance(value, kind):
            raise self.error(f"「{key}」の値 {value!r} は {kind.__name__} ではありません。")
        return value

    def words(self, key: str) -> tuple[str, ...]:
        """Return a list of strings; empty where the key is absent."""
        values = self.take(key, list, [])
        if not all(isinstance(value, str) for value in values):
            raise self.error(f"「{key}」は文字列の並びで書いてください。")
        return tuple(values)

    def nodes(self, key: str) -> Sequence[Node]:
        """Return a list of mappings."""
        values = self.take(key, list)
        if not all(isinstance(value, Node) for value in values):
            raise self.error(f"「{key}」は {{…}} の並びで書いてください。")
        return values

    def only(self, *known: str) -> None:
        """Refuse keys that are not known: a misspelt key must not pass in silence."""
        for key in self:
            if key not in known:
                raise self.error(f"「{key}」という項目は使えません（使えるもの: {'、'.join(known)}）。")

    def error(self, problem: str) -> SchemaFileError:
        return SchemaFileError(self.path, self.line, problem)


def choice(node: Node, key: str, kind: type[Choice], default: Choice | None = None) -> Choice:
    """One of the words of `kind`.

    Raises:
        SchemaFileError: the key is absent without a default, or has another value.
    """
    if default is not None and key not in node:
        return default
    word = node.take(key, str)
    try:
        return kind(word)
    except ValueError:
        known = "、".join(member.value for member in kind)
        raise node.error(f"「{key}」の値 {word!r} は使えません（使えるもの: {known}）。") from None


def _loader(path: Path) -> type[Any]:
    base: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]  # the base is chosen at run time
        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Node:
            seen: set[object] = set()
            for key_node, _ in node.value:
                if key_node.value in seen:
                    raise SchemaFileError(
                        path, key_node.start_mark.line + 1, f"「{key_node.value}」が2回書かれています。"
                    )
                seen.add(key_node.value)
            result = Node(super().construct_mapping(node, deep=True))
            result.path, result.line = path, node.start_mark.line + 1
            return result

    # Only true/false are booleans and only plain digits are numbers, so that `no` stays a word.
    Loader.yaml_implicit_resolvers = {}
    Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
    Loader.add_implicit_resolver(
        "tag:yaml.org,2002:int", re.compile(r"^(?:0|[1-9][0-9]*)$"), list("0123456789")
    )
    Loader.add_constructor(
        "tag:yaml.org,2002:map", lambda loader, node: loader.construct_mapping(node, deep=True)
    )
    return Loader


def _refuse_growth(path: Path, text: str) -> None:
    """Refuse what is far larger in memory than in the file, before anything reads it.

    Deep nesting would end the process in the C loader; aliases of aliases become any size when they are quoted.

    Raises:
        SchemaFileError: lists or mappings stand in each other more than `_DEEPEST` times, or there is an alias.
        yaml.YAMLError: the text is no YAML.
    """
    depth = 0
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise SchemaFileError(
                path, line, "YAML の別名（*）は使えません。同じ内容を、もう一度書いてください。"
            )
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise SchemaFileError(path, line, "YAML として読めません（入れ子が深すぎます）。")


def read(path: Path) -> Node:
    """Read a YAML file whose top is a mapping.

    Raises:
        SchemaFileError: unreadable, no YAML, or not a mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
        # The package's own files are many and known: reading their events would cost time at every start.
        if not path.resolve().is_relative_to(resources.folder("schemas").resolve()):
            _refuse_growth(path, text)
        value = yaml.load(text, Loader=_loader(path))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else 1
        raise SchemaFileError(path, line, f"YAML として読めません（{error.problem}）。") from error
    except yaml.YAMLError as error:
        raise SchemaFileError(
            path,
            1,
            "YAML として読めません（使えない文字があります）。メモ帳などで開き、UTF-8 で保存し直してください。",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SchemaFileError(path, 1, "ファイルを読めません。") from error
    if not isinstance(value, Node):
        raise SchemaFileError(path, 1, "「名前: 値」の形で書かれていません。")
    return value
