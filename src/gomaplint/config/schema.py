"""The JSON schema of a configuration, for editors that check and complete TOML by one."""

from __future__ import annotations

import json
from typing import Any

from gomaplint import HOME
from gomaplint.config.keys import of_table


def schema() -> str:
    """The schema as JSON, made from the table of keys."""
    top = _table("")
    top["properties"] |= {
        "paths": {
            "type": "array",
            "items": {**_table("paths"), "required": ["match"]},
            "description": "What holds for some files only; of several that match, the last counts.",
        },
        "known": {
            **_table("known"),
            "description": "What a team knows of its code, by import path and name.",
        },
    }
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{HOME}/blob/main/docs/config.schema.json",
        "title": ".gomaplint.toml",
        "description": "What gomaplint reports; configuration.md says more.",
        **top,
    }
    return json.dumps(whole, indent=2) + "\n"


def _table(table: str) -> dict[str, Any]:
    properties = {name: {**key.kind.schema, "description": key.says} for name, key in of_table(table).items()}
    return {"type": "object", "properties": properties, "additionalProperties": False}
