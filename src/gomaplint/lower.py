"""From the parser's tree to goast: the last place that sees a tree-sitter node.

Whatever did not parse becomes BadExpr or vanishes; what stands around it is kept.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from gomaplint import goast as g
from gomaplint.syntax import Node

# Generated code nests deeper than Python allows by default; what goes beyond this too is read as empty.
sys.setrecursionlimit(max(sys.getrecursionlimit(), 10_000))

_SKIPPED = frozenset(("comment", "ERROR"))


class Lowering:
    """Lowers nodes of one parsed text.

    `source` is the text in which the nodes have their offsets.
    With `shallow`, bodies of function literals, elements of composite literals and arguments other than
    types are left out: enough to tell a variable's type, at a fraction of the cost.
    """

    def __init__(self, source: bytes, *, shallow: bool = False) -> None:
        self._source = source
        self._shallow = shallow

    # -- small things

    def text(self, node: Node) -> str:
        return self._source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def ident(self, node: Node) -> g.Ident:
        start, end = node.byte_range
        return g.Ident(start, end, self._source[start:end].decode("utf-8", "replace"))

    def _bad(self, node: Node) -> g.BadExpr:
        return g.BadExpr(*node.byte_range)

    def _field(self, node: Node, name: str) -> g.Expr:
        child = node.child_by_field_name(name)
        return self.expr(child) if child is not None else self._bad(node)

    def _maybe(self, node: Node, name: str) -> g.Expr | None:
        child = node.child_by_field_name(name)
        return self.expr(child) if child is not None else None

    def _list(self, node: Node | None) -> list[g.Expr]:
        if node is None:
            return []
        if node.type == "expression_list":
            return [self.expr(c) for c in node.named_children if c.type not in _SKIPPED]
        return [self.expr(node)]

    def _first(self, node: Node) -> g.Expr:
        for child in node.named_children:
            if child.type not in _SKIPPED:
                return self.expr(child)
        return self._bad(node)

    # -- expressions and types

    def expr(self, node: Node) -> g.Expr:
        lower = _EXPRESSIONS.get(node.type)
        return lower(self, node) if lower is not None else self._bad(node)

    def _literal(self, node: Node) -> g.Expr:
        kind, text = node.type.removesuffix("_literal"), self.text(node)
        if kind.endswith("string"):
            return g.BasicLit(*node.byte_range, "string", text[1:-1])
        return g.BasicLit(*node.byte_range, kind, text)

    def _selector(self, node: Node) -> g.Expr:
        x, sel = node.child_by_field_name("operand"), node.child_by_field_name("field")
        if x is None or sel is None:
            return self._bad(node)
        return g.SelectorExpr(*node.byte_range, self.expr(x), self.ident(sel))

    def _qualified(self, node: Node) -> g.Expr:
        x, sel = node.child_by_field_name("package"), node.child_by_field_name("name")
        if x is None or sel is None:
            return self._bad(node)
        return g.SelectorExpr(*node.byte_range, self.ident(x), self.ident(sel))

    def _index(self, node: Node) -> g.Expr:
        return g.IndexExpr(*node.byte_range, self._field(node, "operand"), [self._field(node, "index")])

    def _generic(self, node: Node) -> g.Expr:
        arguments = node.child_by_field_name("type_arguments")
        indices = (
            [self.expr(c) for c in arguments.named_children if c.type not in _SKIPPED] if arguments else []
        )
        return g.IndexExpr(*node.byte_range, self._field(node, "type"), indices)

    def _type_elem(self, node: Node) -> g.Expr:
        parts = [c for c in node.named_children if c.type not in _SKIPPED]
        return self.expr(parts[0]) if len(parts) == 1 else self._bad(node)

    def _slice(self, node: Node) -> g.Expr:
        bounds = [b for b in (self._maybe(node, f) for f in ("start", "end", "capacity")) if b is not None]
        return g.SliceExpr(*node.byte_range, self._field(node, "operand"), bounds)

    def _assertion(self, node: Node) -> g.Expr:
        return g.TypeAssertExpr(*node.byte_range, self._field(node, "operand"), self._field(node, "type"))

    def _call(self, node: Node) -> g.Expr:
        fun = self._field(node, "function")
        args: list[g.Expr] = []
        ellipsis = False
        arguments = node.child_by_field_name("arguments")
        types = node.child_by_field_name("type_arguments")
        if types is not None:
            indices = [self.expr(c) for c in types.named_children if c.type not in _SKIPPED]
            fun = g.IndexExpr(fun.pos, types.end_byte, fun, indices)
        if arguments is not None:
            for child in arguments.named_children:
                if child.type == "variadic_argument":
                    ellipsis = True
                    args.append(self._first(child))
                elif child.type not in _SKIPPED:
                    args.append(self.expr(child))
                    if self._shallow:
                        break  # `make` and `new` tell their type by the first argument
        return g.CallExpr(*node.byte_range, fun, args, ellipsis)

    def _conversion(self, node: Node) -> g.Expr:
        return g.CallExpr(*node.byte_range, self._field(node, "type"), [self._field(node, "operand")], False)

    def _unary(self, node: Node) -> g.Expr:
        operator = node.child_by_field_name("operator")
        op = operator.type if operator is not None else "?"
        x = self._field(node, "operand")
        return g.StarExpr(*node.byte_range, x) if op == "*" else g.UnaryExpr(*node.byte_range, op, x)

    def _pointer(self, node: Node) -> g.Expr:
        return g.StarExpr(*node.byte_range, self._first(node))

    def _binary(self, node: Node) -> g.Expr:
        # A long sum leans to the left, one level for each term: too deep for a recursive descent.
        spine = [node]
        while (
            left := spine[-1].child_by_field_name("left")
        ) is not None and left.type == "binary_expression":
            spine.append(left)
        x = self._field(spine[-1], "left")
        for part in reversed(spine):
            operator = part.child_by_field_name("operator")
            x = g.BinaryExpr(
                *part.byte_range, operator.type if operator else "?", x, self._field(part, "right")
            )
        return x

    def _composite(self, node: Node) -> g.Expr:
        body = node.child_by_field_name("body")
        elts = self._elements(body) if body is not None and not self._shallow else []
        return g.CompositeLit(*node.byte_range, self._field(node, "type"), elts)

    def _elements(self, node: Node) -> list[g.KeyValue]:
        elts = []
        for child in node.named_children:
            if child.type == "keyed_element":
                key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
                if key is not None and value is not None:
                    elts.append(g.KeyValue(*child.byte_range, self._element(key), self._element(value)))
            elif child.type not in _SKIPPED:
                elts.append(g.KeyValue(*child.byte_range, None, self._element(child)))
        return elts

    def _element(self, node: Node) -> g.Expr:
        if node.type == "literal_element":
            node = next((c for c in node.named_children if c.type not in _SKIPPED), node)
        if node.type == "literal_value":
            return g.CompositeLit(*node.byte_range, None, self._elements(node))
        return self.expr(node)

    def _func_literal(self, node: Node) -> g.Expr:
        body = node.child_by_field_name("body")
        stmts = self.block(body).body if body is not None and not self._shallow else []
        return g.FuncLit(*node.byte_range, self.func_type(node), stmts)

    def func_type(self, node: Node) -> g.FuncType:
        """Parameters and results of a function, method, literal or function type."""
        result = node.child_by_field_name("result")
        if result is None:
            results = []
        elif result.type == "parameter_list":
            results = self.params(result)
        else:
            results = [g.Param(*result.byte_range, None, self.expr(result), False)]
        return g.FuncType(*node.byte_range, self.params(node.child_by_field_name("parameters")), results)

    def params(self, node: Node | None) -> list[g.Param]:
        """The entries of a parameter list or type parameter list, one for each name."""
        params: list[g.Param] = []
        for child in node.named_children if node is not None else ():
            if child.type in _SKIPPED:
                continue
            declared = child.child_by_field_name("type")
            of = self.expr(declared) if declared is not None else self._bad(child)
            variadic = child.type == "variadic_parameter_declaration"
            names = [n for n in child.children_by_field_name("name") if n.is_named]
            for name in names:
                params.append(g.Param(*name.byte_range, self.text(name), of, variadic))
            if not names:
                params.append(g.Param(*child.byte_range, None, of, variadic))
        return params

    def _map_type(self, node: Node) -> g.Expr:
        return g.MapType(*node.byte_range, self._field(node, "key"), self._field(node, "value"))

    def _slice_type(self, node: Node) -> g.Expr:
        return g.ArrayType(*node.byte_range, None, self._field(node, "element"))

    def _array_type(self, node: Node) -> g.Expr:
        length = self._maybe(node, "length") or self._bad(node)
        return g.ArrayType(*node.byte_range, length, self._field(node, "element"))

    def _chan_type(self, node: Node) -> g.Expr:
        return g.ChanType(*node.byte_range, self._field(node, "value"))

    def _struct_type(self, node: Node) -> g.Expr:
        fields: list[g.FieldDecl] = []
        body = next((c for c in node.named_children if c.type == "field_declaration_list"), None)
        for child in body.named_children if body is not None else ():
            declared = child.child_by_field_name("type")
            if child.type != "field_declaration" or declared is None:
                continue
            of, tag_node = self.expr(declared), child.child_by_field_name("tag")
            tag = self.text(tag_node)[1:-1] if tag_node is not None else ""
            names = [n for n in child.children_by_field_name("name") if n.is_named]
            for name in names:
                fields.append(g.FieldDecl(*name.byte_range, self.text(name), of, tag, False))
            if not names:
                if any(c.type == "*" for c in child.children):
                    of = g.StarExpr(*child.byte_range, of)
                fields.append(g.FieldDecl(*child.byte_range, _embedded_name(of), of, tag, True))
        return g.StructType(*node.byte_range, fields)

    def _interface_type(self, node: Node) -> g.Expr:
        methods, embeds = [], []
        for child in node.named_children:
            if child.type == "method_elem":
                name = child.child_by_field_name("name")
                if name is not None:
                    methods.append((self.text(name), self.func_type(child)))
            elif child.type == "type_elem":
                embeds.append(self._type_elem(child))
        return g.InterfaceType(*node.byte_range, methods, embeds)

    # -- statements

    def block(self, node: Node) -> g.BlockStmt:
        return g.BlockStmt(*node.byte_range, self._stmts(node))

    def _stmts(self, node: Node) -> list[g.Stmt]:
        out: list[g.Stmt] = []
        for child in node.named_children:
            if child.type == "statement_list":
                out += self._stmts(child)
            else:
                out += self.stmts(child)
        return out

    def stmts(self, node: Node) -> list[g.Stmt]:
        """The statements of one node: none for a comment, several for a grouped declaration."""
        kind = node.type
        lower = _STATEMENTS.get(kind)
        if lower is not None:
            return [lower(self, node)]
        if kind in ("var_declaration", "const_declaration", "type_declaration", "var_spec_list"):
            return [s for child in node.named_children for s in self.stmts(child)]
        if kind in ("var_spec", "const_spec"):
            return [self.value_spec(node)]
        if kind in ("type_spec", "type_alias"):
            return [self.type_spec(node)]
        if kind == "labeled_statement":
            label = node.child_by_field_name("label")
            inner = [s for c in node.named_children if c.type != "label_name" for s in self.stmts(c)]
            name = self.text(label) if label is not None else ""
            return [g.LabeledStmt(*node.byte_range, name, inner[0] if inner else None), *inner[1:]]
        if kind in ("comment", "empty_statement", "ERROR"):
            return []
        x = self.expr(node)
        return [] if isinstance(x, g.BadExpr) else [g.ExprStmt(x.pos, x.end, x)]

    def _stmt(self, node: Node | None) -> g.Stmt | None:
        found = self.stmts(node) if node is not None else []
        return found[0] if found else None

    def value_spec(self, node: Node) -> g.VarSpec:
        names = [self.ident(n) for n in node.children_by_field_name("name") if n.is_named]
        values = self._list(node.child_by_field_name("value"))
        return g.VarSpec(
            *node.byte_range, names, self._maybe(node, "type"), values, node.type == "const_spec"
        )

    def type_spec(self, node: Node) -> g.TypeSpec:
        name = node.child_by_field_name("name")
        return g.TypeSpec(
            *node.byte_range,
            self.text(name) if name is not None else "_",
            self.params(node.child_by_field_name("type_parameters")),
            self._field(node, "type"),
            node.type == "type_alias",
        )

    def _assign(self, node: Node) -> g.Stmt:
        operator = node.child_by_field_name("operator")
        op = ":=" if node.type == "short_var_declaration" else operator.type if operator else "="
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        return g.AssignStmt(*node.byte_range, self._list(left), op, self._list(right))

    def _step(self, node: Node) -> g.Stmt:
        return g.AssignStmt(
            *node.byte_range, [self._first(node)], "++" if node.type == "inc_statement" else "--", []
        )

    def _receive(self, node: Node) -> g.Stmt:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        values = self._list(right)
        if left is None:
            x = values[0] if values else self._bad(node)
            return g.ExprStmt(x.pos, x.end, x)
        define = any(c.type == ":=" for c in node.children)
        return g.AssignStmt(*node.byte_range, self._list(left), ":=" if define else "=", values)

    def _expression_statement(self, node: Node) -> g.Stmt:
        return g.ExprStmt(*node.byte_range, self._first(node))

    def _go(self, node: Node) -> g.Stmt:
        return g.GoStmt(*node.byte_range, self._first(node))

    def _defer(self, node: Node) -> g.Stmt:
        return g.DeferStmt(*node.byte_range, self._first(node))

    def _send(self, node: Node) -> g.Stmt:
        return g.SendStmt(*node.byte_range, self._field(node, "channel"), self._field(node, "value"))

    def _return(self, node: Node) -> g.Stmt:
        child = next((c for c in node.named_children if c.type == "expression_list"), None)
        return g.ReturnStmt(*node.byte_range, self._list(child))

    def _body(self, node: Node, field: str = "body") -> g.BlockStmt:
        child = node.child_by_field_name(field)
        return self.block(child) if child is not None else g.BlockStmt(*node.byte_range, [])

    def _if(self, node: Node) -> g.Stmt:
        return g.IfStmt(
            *node.byte_range,
            self._stmt(node.child_by_field_name("initializer")),
            self._field(node, "condition"),
            self._body(node, "consequence"),
            self._stmt(node.child_by_field_name("alternative")),
        )

    def _for(self, node: Node) -> g.Stmt:
        body = self._body(node)
        clause = next((c for c in node.named_children if c.type not in _SKIPPED and c.type != "block"), None)
        if clause is None:
            return g.ForStmt(*node.byte_range, None, None, None, body)
        if clause.type == "for_clause":
            init, post = clause.child_by_field_name("initializer"), clause.child_by_field_name("update")
            return g.ForStmt(
                *node.byte_range, self._stmt(init), self._maybe(clause, "condition"), self._stmt(post), body
            )
        if clause.type == "range_clause":
            left = self._list(clause.child_by_field_name("left"))
            define = any(c.type == ":=" for c in clause.children)
            key, value = left[0] if left else None, left[1] if len(left) > 1 else None
            return g.RangeStmt(*node.byte_range, key, value, define, self._field(clause, "right"), body)
        return g.ForStmt(*node.byte_range, None, self.expr(clause), None, body)

    def _cases(self, node: Node) -> list[g.CaseClause]:
        cases = []
        for child in node.named_children:
            if child.type == "expression_case":
                exprs = self._list(child.child_by_field_name("value"))
            elif child.type == "type_case":
                exprs = [self.expr(c) for c in child.children_by_field_name("type") if c.is_named]
            elif child.type in ("default_case", "communication_case"):
                exprs = []
            else:
                continue
            comm = self._stmt(child.child_by_field_name("communication"))
            body = [s for c in child.named_children if c.type == "statement_list" for s in self._stmts(c)]
            cases.append(g.CaseClause(*child.byte_range, exprs, comm, body, child.type == "default_case"))
        return cases

    def _switch(self, node: Node) -> g.Stmt:
        init = self._stmt(node.child_by_field_name("initializer"))
        return g.SwitchStmt(*node.byte_range, init, self._maybe(node, "value"), self._cases(node))

    def _type_switch(self, node: Node) -> g.Stmt:
        alias = node.child_by_field_name("alias")
        name = (
            next((c for c in alias.named_children if c.type == "identifier"), None)
            if alias is not None
            else None
        )
        return g.TypeSwitchStmt(
            *node.byte_range,
            self._stmt(node.child_by_field_name("initializer")),
            self.ident(name) if name is not None else None,
            self._field(node, "value"),
            self._cases(node),
        )

    def _select(self, node: Node) -> g.Stmt:
        return g.SelectStmt(*node.byte_range, self._cases(node))

    def _branch(self, node: Node) -> g.Stmt:
        label = next((c for c in node.named_children if c.type == "label_name"), None)
        return g.BranchStmt(
            *node.byte_range, node.type.partition("_")[0], self.text(label) if label is not None else None
        )


def _embedded_name(of: g.Expr) -> str:
    while True:
        if isinstance(of, (g.StarExpr, g.IndexExpr)):
            of = of.x
        elif isinstance(of, g.SelectorExpr):
            return of.sel.name
        else:
            return of.name if isinstance(of, g.Ident) else "_"


_EXPRESSIONS: dict[str, Callable[[Lowering, Node], g.Expr]] = {
    "identifier": Lowering.ident,
    "type_identifier": Lowering.ident,
    "field_identifier": Lowering.ident,
    "package_identifier": Lowering.ident,
    "blank_identifier": Lowering.ident,
    "nil": Lowering.ident,
    "true": Lowering.ident,
    "false": Lowering.ident,
    "iota": Lowering.ident,
    "int_literal": Lowering._literal,
    "float_literal": Lowering._literal,
    "imaginary_literal": Lowering._literal,
    "rune_literal": Lowering._literal,
    "interpreted_string_literal": Lowering._literal,
    "raw_string_literal": Lowering._literal,
    "selector_expression": Lowering._selector,
    "qualified_type": Lowering._qualified,
    "index_expression": Lowering._index,
    "generic_type": Lowering._generic,
    "type_elem": Lowering._type_elem,
    "type_constraint": Lowering._type_elem,
    "type_instantiation_expression": Lowering._generic,
    "slice_expression": Lowering._slice,
    "type_assertion_expression": Lowering._assertion,
    "call_expression": Lowering._call,
    "type_conversion_expression": Lowering._conversion,
    "unary_expression": Lowering._unary,
    "pointer_type": Lowering._pointer,
    "negated_type": Lowering._first,  # ~map[K]V in a constraint
    "binary_expression": Lowering._binary,
    "parenthesized_expression": Lowering._first,
    "parenthesized_type": Lowering._first,
    "composite_literal": Lowering._composite,
    "func_literal": Lowering._func_literal,
    "function_type": Lowering.func_type,
    "map_type": Lowering._map_type,
    "slice_type": Lowering._slice_type,
    "array_type": Lowering._array_type,
    "implicit_length_array_type": Lowering._array_type,
    "channel_type": Lowering._chan_type,
    "struct_type": Lowering._struct_type,
    "interface_type": Lowering._interface_type,
}

_STATEMENTS: dict[str, Callable[[Lowering, Node], g.Stmt]] = {
    "assignment_statement": Lowering._assign,
    "short_var_declaration": Lowering._assign,
    "inc_statement": Lowering._step,
    "dec_statement": Lowering._step,
    "receive_statement": Lowering._receive,
    "expression_statement": Lowering._expression_statement,
    "go_statement": Lowering._go,
    "defer_statement": Lowering._defer,
    "send_statement": Lowering._send,
    "return_statement": Lowering._return,
    "block": Lowering.block,
    "if_statement": Lowering._if,
    "for_statement": Lowering._for,
    "expression_switch_statement": Lowering._switch,
    "type_switch_statement": Lowering._type_switch,
    "select_statement": Lowering._select,
    "break_statement": Lowering._branch,
    "continue_statement": Lowering._branch,
    "goto_statement": Lowering._branch,
    "fallthrough_statement": Lowering._branch,
}
