"""Types of keys inside of interfaces, where only equal types are equal keys."""

from __future__ import annotations

from gomaplint.model import types as t
from gomaplint.model.names import is_standard
from gomaplint.model.symbols import underlying

_ALIASES = {"byte": "uint8", "rune": "int32"}
# Interfaces of the standard library that hold values of any type.
_ANYTHING = {
    ("database/sql/driver", "Value"),
    ("encoding/json", "Token"),
    ("encoding/xml", "Token"),
    ("plugin", "Symbol"),
}


def dynamic(of: t.Type | None) -> t.Type | None:
    """What tells the type that a value of this static type has inside of an interface; None for what tells nothing.

    An interface with methods tells at least that it is no predeclared type.
    """
    match of:
        case t.External(path=path, name=name):
            # The standard library declares no alias of a predeclared type.
            return of if is_standard(path) and (path, name) not in _ANYTHING else None
        case t.TypeParam() | t.Tuple() | t.Basic(name="any" | "comparable"):
            return None
    below = underlying(of)
    anything = isinstance(below, t.TypeParam) or (isinstance(below, t.Interface) and not below.methods)
    return None if anything else of


def differ(a: t.Type, b: t.Type) -> bool:
    """Two types that are told by `dynamic` are certainly not the same."""
    if _hides(a) or _hides(b):
        plain = [of for of in (a, b) if isinstance(of, t.Basic) and of != t.ERROR]
        return len(plain) == 1
    match a, b:
        case t.Basic(one), t.Basic(two):
            return _ALIASES.get(one, one) != _ALIASES.get(two, two)
        case t.Named(), t.Named():
            return a.decl is not b.decl
        case t.Pointer(), t.Pointer():
            one_elem, two_elem = dynamic(a.elem), dynamic(b.elem)
            if one_elem is None or two_elem is None or _hides(one_elem) or _hides(two_elem):
                return False
            return differ(one_elem, two_elem)
    return type(a) is not type(b)


def _hides(of: t.Type) -> bool:
    """A type that is, or may be, an interface with methods."""
    return isinstance(of, t.External) or of == t.ERROR or isinstance(underlying(of), t.Interface)
