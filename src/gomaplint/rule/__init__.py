"""Rules: folders of data, checked at load, before any Go file is read."""

from gomaplint.rule.declared import (
    FAMILIES,
    ID,
    NAME,
    Condition,
    Rule,
    Text,
    Tier,
    built_in,
    rank,
    rules_folder,
)
from gomaplint.rule.loading import load_folder, load_rule, load_rules

__all__ = [
    "FAMILIES",
    "ID",
    "NAME",
    "Condition",
    "Rule",
    "Text",
    "Tier",
    "built_in",
    "load_folder",
    "load_rule",
    "load_rules",
    "rank",
    "rules_folder",
]
