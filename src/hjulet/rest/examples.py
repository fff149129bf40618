"""An example for every shape, put together from the examples of its fields."""

from __future__ import annotations

from typing import Any

Schemas = dict[str, Any]
BY_FORMAT = {
    "date": "2026-11-12",
    "date-time": "2026-11-12T08:00:00Z",
    "uuid": "0b3c7f0e-6a43-4f0e-9d2e-6b1f6f0f6c11",
    "uri": "https://hjulet.kommun.example/api/v1/cases",
}


def example_of(schema: dict[str, Any], schemas: Schemas) -> Any:
    """A value that follows the schema: its own example, else one made of its parts."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas)
    if schema.get("examples"):
        return schema["examples"][0]
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            return example_of(_first(schema[word]), schemas)
    return _plain(schema, schemas)


def _first(choices: list[dict[str, Any]]) -> dict[str, Any]:
    return next((one for one in choices if one.get("type") != "null"), choices[0])


def _plain(schema: dict[str, Any], schemas: Schemas) -> Any:
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        return {name: example_of(part, schemas) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [example_of(schema["items"], schemas)] if schema.get("items") else []
    if kind == "string":
        return BY_FORMAT.get(schema.get("format", ""), schema.get("default") or "Text")
    return {"integer": max(1, schema.get("minimum", 1)), "boolean": False}.get(str(kind))
