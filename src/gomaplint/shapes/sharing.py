"""Which expressions share the memory of another text, which copy it, and which give back something large."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from gomaplint import goast as g
from gomaplint import knowledge
from gomaplint.model import types as t
from gomaplint.model.body import Body, Local
from gomaplint.model.calls import callee
from gomaplint.model.constants import integer
from gomaplint.model.infer import type_expr, type_of
from gomaplint.model.names import builtin, symbol
from gomaplint.model.symbols import underlying

_BYTES = t.Slice(t.Basic("uint8"))
_LISTS = re.compile(
    r"Split(?!HostPort)|Fields|Lines|FindAll|Find\w*Submatch"
)  # functions that give several parts
_LAST = {"SplitN", "SplitAfterN"}  # their last part is all the rest


class Share(NamedTuple):
    """A text and what an expression takes of it.

    That is a `part`, the `rest` behind or beside one, nearly all (`trimmed`), or the text itself where there is
    nothing to change (`same`).
    """

    of: g.Expr
    takes: str
    by: str


def is_text(of: t.Type | None) -> bool:
    """A type that may hold text: a string or bytes, something made of them, or one that is not known."""
    below = underlying(of)
    return not isinstance(below, (t.Basic, t.Chan, t.Signature)) or below == t.STRING


def holds_bytes(of: t.Type | None) -> bool:
    """A slice of bytes, under whatever name."""
    below = underlying(of)
    return isinstance(below, t.Slice) and below.length is None and underlying(below.elem) == t.Basic("uint8")


def sliced(x: g.SliceExpr, body: Body) -> Share | None:
    """What `s[a:b]` takes of a string, a slice of bytes or an array of them; None for other slices."""
    of = underlying(t.deref(type_of(x.x, body)))
    if isinstance(of, t.Slice) and underlying(of.elem) != t.Basic("uint8"):
        return None
    return Share(x.x, "part" if _has_end(x, body) else "rest", "")


def _has_end(x: g.SliceExpr, body: Body) -> bool:
    """An end is written that is no offset from the length."""
    if not x.bounds:
        return False
    first = x.bounds[0]
    if len(x.bounds) == 1 and b":" not in body.file.source[x.x.end : first.pos]:
        return False
    end = x.bounds[0] if len(x.bounds) == 1 else x.bounds[1]
    if isinstance(end, g.BinaryExpr) and end.op == "-":
        end = end.x
    return not (isinstance(end, g.CallExpr) and builtin(end, body) in ("len", "cap"))


def called(call: g.CallExpr, body: Body, number: int, item: g.Expr | None, listed: bool) -> Share | None:
    """What one result of a library call takes of its text; of a list, the element `item` is looked at if `listed`."""
    matched = _match(call, body)
    found = callee(call, body) if matched is None else None
    path, name = found or ("", matched or "")
    if not name or not call.args or (listed and not _LISTS.match(name)):
        return None  # an element of a text is a byte
    if matched is not None:
        return Share(call.args[0], "part" if listed or name == "FindString" else "rest", name)
    if name in _table("parts").get(path, ()):
        return Share(call.args[0], _taken(name, call, number, item, listed), name) if number < 2 else None
    if number == 0 and name in _table("trims").get(path, ()):
        return Share(call.args[0], "trimmed", name)
    if number == 0 and name in _table("unchanged").get(path, ()):
        return Share(call.args[0], "same", f"{path.rpartition('/')[2]}.{name}")
    return None


def _taken(name: str, call: g.CallExpr, number: int, item: g.Expr | None, listed: bool) -> str:
    if name == "Cut":
        return "part" if number == 0 else "rest"
    if name in ("Base", "Ext", "SplitHostPort"):
        return "part"
    if name in _LAST and isinstance(item, g.BasicLit) and len(call.args) == 3:
        most = call.args[2]
        if isinstance(most, g.BasicLit) and most.value.isdigit() and int(most.value) == int(item.value) + 1:
            return "rest"
    return "part" if listed else "rest"


def _match(call: g.CallExpr, body: Body) -> str | None:
    """The method of a regular expression that a call means."""
    table = knowledge.table("cuts")["matches"]
    fun = call.fun
    if not isinstance(fun, g.SelectorExpr) or fun.sel.name not in table["methods"] or not call.args:
        return None
    if symbol(fun, body) is not None:
        return None
    of = t.deref(type_of(fun.x, body))
    known = (of.path, of.name) if isinstance(of, t.External) else None
    return fun.sel.name if of is None or known == tuple(table["type"]) else None


def yields_parts(x: g.Expr, body: Body) -> bool:
    """A call whose result gives parts of a text to the first variable of a range: strings.Lines and its kin."""
    found = callee(x, body) if isinstance(x, g.CallExpr) else None
    return (
        found is not None
        and found[1] in _table("parts").get(found[0], ())
        and (found[1].endswith("Seq") or found[1] == "Lines")
    )


@cache
def _table(group: str) -> dict[str, frozenset[str]]:
    return {path: frozenset(names) for path, names in knowledge.table("cuts")[group]["functions"].items()}


def converted(call: g.CallExpr, body: Body) -> bool | None:
    """Whether a conversion copies the bytes of its operand; None for what is no conversion of text, or not known."""
    to = type_expr(call.fun, body)
    if to is None or len(call.args) != 1:
        return None
    of, made = underlying(type_of(call.args[0], body)), underlying(to)
    if made != t.STRING and not holds_bytes(made):
        return None
    if of is None:
        return True if to in (t.STRING, _BYTES) else None  # who converts a string to a string?
    if of != t.STRING and not holds_bytes(of):
        return None
    return of != made and t.STRING in (of, made)


# -- what is large


def whole(call: g.CallExpr, body: Body) -> str | None:
    """What a library call gives back where that is all there is to read: "the file that os.ReadFile(p) read"."""
    found = callee(call, body)
    if call.args and _limited(call.args[0], body):
        return None
    for entry in knowledge.table("cuts")["whole"]:
        if found is not None and list(found) in entry.get("functions", ()):
            return _says(entry["says"], call, body)
        fun = call.fun
        if isinstance(fun, g.SelectorExpr) and fun.sel.name in entry.get("methods", ()) and not call.args:
            made = _maker(fun.x, body)
            if made is not None and list(made) in entry["made_by"]:
                return _says(entry["says"], call, body)
    return None


def _limited(x: g.Expr, body: Body) -> bool:
    """A reader that ends after a few bytes."""
    found = callee(x, body) if isinstance(x, g.CallExpr) else None
    if found is None or list(found) not in knowledge.table("cuts")["limits"]["functions"]:
        return False
    most = integer(x.args[-1], body) if isinstance(x, g.CallExpr) and x.args else None
    return most is not None and most < _large()


def _large() -> int:
    size: int = knowledge.table("cuts")["buffer"]["bytes"]
    return size


def _says(template: str, call: g.CallExpr, body: Body) -> str:
    return template.replace("{call}", body.file.text(call, 48))


def _maker(x: g.Expr, body: Body) -> tuple[str, str] | None:
    """The library function that made a value: the call itself, or that of the one value its variable gets."""
    local = symbol(x, body) if isinstance(x, g.Ident) else None
    if isinstance(local, Local):
        if len(local.sources) != 1:
            return None
        x = local.sources[0].expr
    return callee(x, body) if isinstance(x, g.CallExpr) else None


def buffer(x: g.Expr | None, body: Body) -> int | None:
    """The size of `make([]byte, n)`, or of the array type `[n]byte`, where it is constant and not small."""
    size: int | None = None
    if isinstance(x, g.CallExpr) and builtin(x, body) == "make" and len(x.args) > 1:
        if holds_bytes(type_expr(x.args[0], body)):
            size = integer(x.args[-1], body)
    elif isinstance(x, g.ArrayType) and isinstance(x.elt, g.Ident) and x.elt.name in ("byte", "uint8"):
        size = integer(x.len, body)
    return size if size is not None and size >= _large() else None
