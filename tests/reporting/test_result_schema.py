"""The JSON Schema of a result is made from the types that its functions are held to, and formats are registered."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from careplan_csv.reporting.json_report import SCHEMA_VERSION, schema_text
from careplan_csv.reporting.reporters import REPORTERS, CheckReport, formats, reporter
from careplan_csv.reporting.result_types import json_schema


def test_the_schema_is_what_the_types_say() -> None:
    assert schema_text() == json_schema(), "run `make docs`"


def test_the_schema_is_a_schema() -> None:
    schema = json.loads(schema_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["properties"]["schema_version"]["const"] == SCHEMA_VERSION


def objects(schema: Any) -> list[dict[str, Any]]:
    """Every part of a schema that describes an object with named fields."""
    if isinstance(schema, list):
        return [found for part in schema for found in objects(part)]
    if not isinstance(schema, dict):
        return []
    own = [schema] if "properties" in schema and schema.get("type") == "object" else []
    return own + [found for part in schema.values() for found in objects(part)]


def test_no_object_takes_fields_that_are_not_described() -> None:
    schema = json.loads(schema_text())
    assert len(objects(schema)) > 15
    assert all(part["additionalProperties"] is False for part in objects(schema))


def test_every_kind_of_report_has_text_and_json() -> None:
    assert {kind for kind, _ in REPORTERS} == {kind for kind, name in REPORTERS if name == "text"}
    assert all(formats(kind)[:2] == ["text", "json"] for kind, _ in REPORTERS)


def test_a_format_is_registered_once() -> None:
    with pytest.raises(ValueError, match="json"):
        reporter("json", CheckReport)
