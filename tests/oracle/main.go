// Command oracle tells what Go's own type checker knows of packages: a line for each fact, in no order.
//
//	type    file  offset  end     type            of an expression without a constant value
//	name    file  offset  offset                  a name and the local variable it means, -1 for anything else
//	call    file  offset  file    offset          the name of a static callee and its declaration
//	insert  file  offset  file    offset          what happens to a map, and the declaration of the map
//	delete, clear, assign                         likewise
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"log"
	"os"
	"path/filepath"
	"strings"
)

var (
	fset = token.NewFileSet()
	imp  = importer.ForCompiler(fset, "source", nil)
	out  = bufio.NewWriter(os.Stdout)
)

func main() {
	defer out.Flush()
	for _, folder := range os.Args[1:] {
		if err := tell(folder); err != nil {
			log.Fatal(err)
		}
	}
}

func tell(folder string) error {
	found, err := build.ImportDir(folder, 0)
	if err != nil {
		return err
	}
	var files []*ast.File
	for _, name := range found.GoFiles {
		file, err := parser.ParseFile(fset, filepath.Join(folder, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, file)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: imp, Error: func(error) {}}
	pkg, _ := config.Check(found.ImportPath, fset, files, info)
	w := &witness{pkg, info}
	for x, known := range info.Types {
		w.expression(x, known)
	}
	for name, object := range info.Uses {
		w.name(name, object)
	}
	for _, file := range files {
		ast.Inspect(file, w.statement)
	}
	return nil
}

type witness struct {
	pkg  *types.Package
	info *types.Info
}

func line(kind string, from, to token.Pos, more ...any) {
	at := fset.Position(from)
	fmt.Fprintf(out, "%s\t%s\t%d", kind, at.Filename, at.Offset)
	if to.IsValid() {
		end := fset.Position(to)
		if kind != "type" && kind != "name" {
			fmt.Fprintf(out, "\t%s", end.Filename)
		}
		fmt.Fprintf(out, "\t%d", end.Offset)
	}
	for _, part := range more {
		fmt.Fprintf(out, "\t%v", part)
	}
	fmt.Fprintln(out)
}

func (w *witness) expression(x ast.Expr, known types.TypeAndValue) {
	if !known.IsValue() || known.Value != nil || known.IsNil() || known.Type == nil {
		return
	}
	switch x := x.(type) {
	case *ast.ParenExpr:
		return
	case *ast.BinaryExpr:
		if x.Op == token.SHL || x.Op == token.SHR {
			return // a constant that is shifted takes its type from around it
		}
	case *ast.IndexExpr, *ast.TypeAssertExpr, *ast.UnaryExpr:
		if both, ok := known.Type.(*types.Tuple); ok { // v, ok :=
			line("type", x.Pos(), x.End(), show(both.At(0).Type()))
			return
		}
	}
	line("type", x.Pos(), x.End(), show(known.Type))
}

func (w *witness) name(name *ast.Ident, object types.Object) {
	switch object := object.(type) {
	case *types.Var:
		if !object.IsField() && object.Pkg() == w.pkg && object.Parent() != w.pkg.Scope() {
			line("name", name.Pos(), object.Pos())
			return
		}
	case *types.Const:
		if object.Pkg() == w.pkg && object.Parent() != w.pkg.Scope() {
			line("name", name.Pos(), object.Pos())
			return
		}
	case *types.Func:
		receiver := object.Signature().Recv()
		if object.Pkg() != nil && (receiver == nil || !types.IsInterface(receiver.Type())) {
			line("call", name.Pos(), object.Origin().Pos())
		}
	}
	line("name", name.Pos(), token.NoPos, -1)
}

func (w *witness) statement(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		if name, ok := ast.Unparen(n.Fun).(*ast.Ident); ok {
			_, builtin := w.info.Uses[name].(*types.Builtin)
			if builtin && (name.Name == "delete" || name.Name == "clear") {
				w.event(name.Name, n, n.Args[0])
			}
		}
	case *ast.AssignStmt:
		for _, target := range n.Lhs {
			if entry, ok := ast.Unparen(target).(*ast.IndexExpr); ok {
				w.event("insert", n, entry.X)
			} else if n.Tok == token.ASSIGN {
				w.event("assign", n, target)
			}
		}
	case *ast.IncDecStmt:
		if entry, ok := ast.Unparen(n.X).(*ast.IndexExpr); ok {
			w.event("insert", n, entry.X)
		}
	}
	return true
}

func (w *witness) event(kind string, n ast.Node, operand ast.Expr) {
	of := w.info.TypeOf(operand)
	if of == nil {
		return
	}
	if _, ok := of.Underlying().(*types.Map); !ok {
		return
	}
	var object types.Object
	switch x := ast.Unparen(operand).(type) {
	case *ast.Ident:
		object = w.info.Uses[x]
		if object == nil || object.Parent() != w.pkg.Scope() {
			return
		}
	case *ast.SelectorExpr:
		found, ok := w.info.Uses[x.Sel].(*types.Var)
		if !ok {
			return
		}
		object = found.Origin()
	default:
		return
	}
	if object.Pkg() == w.pkg {
		line(kind, n.Pos(), object.Pos())
	}
}

// show writes a type as gomaplint's tests do: named types by their last name, arrays without their length.
func show(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		switch t := types.Default(t).(*types.Basic); t.Kind() {
		case types.Uint8:
			return "uint8"
		case types.Int32:
			return "int32"
		default:
			return t.Name()
		}
	case *types.Named:
		return t.Obj().Name()
	case *types.TypeParam:
		return t.Obj().Name()
	case *types.Pointer:
		return "*" + show(t.Elem())
	case *types.Map:
		return "map[" + show(t.Key()) + "]" + show(t.Elem())
	case *types.Slice:
		return "[]" + show(t.Elem())
	case *types.Array:
		return "[n]" + show(t.Elem())
	case *types.Chan:
		return "chan " + show(t.Elem())
	case *types.Signature:
		return "func"
	case *types.Struct:
		return "struct"
	case *types.Interface:
		if t.Empty() {
			return "any"
		}
		return "interface"
	case *types.Tuple:
		every := make([]string, t.Len())
		for i := range every {
			every[i] = show(t.At(i).Type())
		}
		return "(" + strings.Join(every, ", ") + ")"
	}
	return "?"
}
