"""From patterns to files: which are read, which are reported, to which module and package they belong."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from gomaplint.discover import GoModule, SourceFile, Tree, discover, stdin_file
from gomaplint.errors import UserError
from gomaplint.goversion import GoVersion

pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A folder that nothing above governs."""
    for folder in (tmp_path, *tmp_path.parents):
        assert not (folder / "go.mod").exists()
        assert not (folder / "go.work").exists()
    return tmp_path


def write(top: Path, *names: str, **contents: str) -> None:
    """Write files: go.mod names its module after its folder, anything else is a Go file or a folder."""
    for name in names:
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("go.mod"):
            path.write_text(f"module example.com/{path.parent.name}\n\ngo 1.21\n")
        elif name.endswith("/"):
            path.mkdir()
        else:
            path.write_text("package a\n")
    for name, content in contents.items():
        (top / name.replace("_", ".")).write_text(content)


def service(top: Path) -> Path:
    """A module with three packages."""
    write(top / "m", "go.mod", "a.go", "a_test.go", "sub/b.go", "sub/deep/c.go", "other/d.go")
    return top / "m"


def reported(tree: Tree) -> list[str]:
    return [file.path for file in tree.files if file.reported]


def read(tree: Tree) -> list[str]:
    return [file.path for file in tree.files]


def found(cwd: Path, *patterns: str, all_modules: bool = False) -> list[str]:
    return reported(discover(patterns, str(cwd), all_modules=all_modules))


def notes(tree: Tree) -> list[str]:
    return [str(note) for note in tree.notes]


def packages(tree: Tree) -> dict[str, str]:
    return {file.path: file.package for file in tree.files}


def refusal(cwd: Path, *patterns: str) -> str:
    with pytest.raises(UserError) as raised:
        discover(patterns, str(cwd))
    assert 2 == raised.value.exit_code
    return str(raised.value)


# Patterns


def test_nothing_means_this_folder_and_everything_below(top: Path) -> None:
    assert ["a.go", "a_test.go", "other/d.go", "sub/b.go", "sub/deep/c.go"] == found(service(top))


@pytest.mark.parametrize("pattern", ["./...", "...", "././..."])
def test_three_dots_take_everything_below(top: Path, pattern: str) -> None:
    assert found(service(top)) == found(service(top), pattern)


@pytest.mark.parametrize("pattern", ["./sub", "sub", "./sub/", "./other/../sub"])
def test_a_folder_is_one_package(top: Path, pattern: str) -> None:
    assert ["sub/b.go"] == found(service(top), pattern)


@pytest.mark.parametrize("pattern", ["./sub/...", "sub/..."])
def test_a_folder_with_three_dots_is_a_tree(top: Path, pattern: str) -> None:
    assert ["sub/b.go", "sub/deep/c.go"] == found(service(top), pattern)


def test_three_dots_stand_for_any_text(top: Path) -> None:
    write(service(top), "subway/e.go")
    assert ["sub/b.go", "sub/deep/c.go", "subway/e.go"] == found(top / "m", "./sub...")


def test_three_dots_may_stand_in_the_middle(top: Path) -> None:
    write(service(top), "other/x/deep/e.go")
    assert ["other/x/deep/e.go", "sub/deep/c.go"] == found(top / "m", "./.../deep")


def test_a_dot_is_the_folder_itself(top: Path) -> None:
    assert ["a.go", "a_test.go"] == found(service(top), ".")


def test_a_file_is_one_file(top: Path) -> None:
    assert ["sub/b.go"] == found(service(top), "sub/b.go")


def test_several_patterns_add_up(top: Path) -> None:
    assert ["a.go", "other/d.go", "sub/b.go"] == found(service(top), "./sub", "a.go", "./other/...", "./sub")


def test_the_order_of_patterns_does_not_matter(top: Path) -> None:
    cwd = str(service(top))
    assert discover(["./sub", "a.go"], cwd) == discover(["a.go", "./sub"], cwd)


def test_an_absolute_pattern_inside_the_folder_gives_relative_paths(top: Path) -> None:
    assert ["sub/b.go", "sub/deep/c.go"] == found(service(top), f"{top}/m/sub/...")


def test_paths_outside_the_folder_are_absolute(top: Path) -> None:
    assert [f"{(top / 'm' / 'other').as_posix()}/d.go"] == found(service(top) / "sub", "../other")


def test_a_folder_may_end_in_go(top: Path) -> None:
    write(service(top), "odd.go/e.go")
    assert ["odd.go/e.go"] == found(top / "m", "./odd.go")
    assert "odd.go/e.go" in found(top / "m")


# Patterns that match nothing


def test_a_folder_that_does_not_exist_is_an_error(top: Path) -> None:
    expected = "pattern ./subb/... matches nothing: subb does not exist; did you mean sub?"
    assert expected == refusal(service(top), "./subb/...")


def test_a_file_that_does_not_exist_is_an_error(top: Path) -> None:
    expected = "pattern sub/x.go matches nothing: sub/x.go does not exist; did you mean sub/b.go?"
    assert expected == refusal(service(top), "sub/x.go")


def test_an_import_path_is_told_from_a_folder(top: Path) -> None:
    assert "patterns are files and folders, not import paths" in refusal(service(top), "example.com/m/...")


def test_a_tree_without_go_files_is_an_error(top: Path) -> None:
    write(service(top), "docs/")
    expected = "pattern ./docs/... matches no Go files in docs and below; name a folder that holds some"
    assert expected == refusal(top / "m", "./docs/...")


def test_a_folder_without_go_files_of_its_own_is_an_error(top: Path) -> None:
    write(top, "go.mod", "x/y/a.go")
    assert "pattern ./x matches no Go files in x; ./x/... takes the folders below it too" == refusal(
        top, "./x"
    )


def test_a_file_that_is_not_go_is_an_error(top: Path) -> None:
    assert refusal(service(top), "go.mod").startswith("go.mod is no Go file")


def test_an_empty_pattern_is_an_error(top: Path) -> None:
    assert refusal(service(top), "").startswith("a pattern is empty")


def test_one_pattern_that_matches_nothing_is_an_error_beside_others(top: Path) -> None:
    assert refusal(service(top), "./sub", "./missing").startswith("pattern ./missing ")


def test_a_tree_of_nested_modules_only_is_an_error_that_tells_the_way(top: Path) -> None:
    write(top, "go.mod", "x/go.mod", "x/a.go")
    assert "--all-modules takes them" in refusal(top)


# What is passed over


@pytest.mark.parametrize("folder", ["vendor/x", "testdata", "sub/testdata/x", ".git", "_old", "a/vendor/x"])
def test_some_folders_are_passed_over(top: Path, folder: str) -> None:
    write(top, "go.mod", "a.go", f"{folder}/b.go")
    assert ["a.go"] == read(discover([], str(top)))


@pytest.mark.parametrize(
    "folder", ["vendor/x", "vendor", "testdata", "testdata/x", ".git", "_old", "a/vendor"]
)
def test_a_folder_that_is_named_is_taken(top: Path, folder: str) -> None:
    write(top, "go.mod", "a.go", f"{folder}/b.go", f"{folder}/c/d.go")
    assert [f"{folder}/b.go"] == found(top, f"./{folder}")
    assert [f"{folder}/b.go", f"{folder}/c/d.go"] == found(top, f"./{folder}/...")
    assert [f"{folder}/b.go", f"{folder}/c/d.go"] == found(top, f"./{folder}", f"./{folder}/...")


def test_naming_a_folder_does_not_open_others(top: Path) -> None:
    write(top, "go.mod", "a.go", "testdata/b.go", "testdata/_c/d.go", "x/testdata/e.go")
    assert ["a.go", "testdata/b.go"] == found(top, "./testdata/...", "./...")


def test_a_package_may_be_called_vendor(top: Path) -> None:
    write(top, "go.mod", "shop/vendor/a.go")
    assert {"shop/vendor/a.go": f"example.com/{top.name}/shop/vendor"} == packages(discover([], str(top)))


@pytest.mark.parametrize("name", ["_a.go", ".a.go", "a.txt", "a.go.orig", "go"])
def test_some_files_are_passed_over(top: Path, name: str) -> None:
    write(top, "go.mod", "a.go", name)
    assert ["a.go"] == found(top)


@pytest.mark.parametrize(
    "name", ["_a.go", ".a.go", "testdata/a.go", "x/_y/a.go", "vendor/a/a.go", "a_test.go"]
)
def test_a_file_that_is_named_is_taken(top: Path, name: str) -> None:
    write(top, "go.mod", "b.go", name)
    assert [name] == found(top, name)


def test_ignore_directives_are_honoured(top: Path) -> None:
    write(top, "a.go", "static/b.go", "x/static/c.go", "gen/d.go", "x/gen/e.go", "x/f.go")
    write(top, go_mod="module m\ngo 1.25\nignore ./static\nignore (\n\tgen\n)\n")
    assert ["a.go", "x/f.go", "x/static/c.go"] == read(discover([], str(top)))


def test_an_ignored_folder_that_is_named_is_taken(top: Path) -> None:
    write(top, "a.go", "static/b.go", go_mod="module m\nignore ./static\n")
    assert ["static/b.go"] == found(top, "./static/...")


# Modules and packages


def test_a_file_knows_its_module_and_package(top: Path) -> None:
    cwd = service(top)
    module = GoModule("example.com/m", str(cwd), GoVersion(1, 21), 0)
    tree = discover(["./sub"], str(cwd))
    assert (module,) == tree.modules
    assert (
        SourceFile("sub/b.go", str(cwd / "sub" / "b.go"), module, "example.com/m/sub", True, False)
        in tree.files
    )


def test_the_package_at_the_root_has_the_path_of_the_module(top: Path) -> None:
    assert "example.com/m" == packages(discover([], str(service(top))))["a.go"]


def test_packages_of_the_standard_library_have_no_prefix(top: Path) -> None:
    write(top, "net/http/a.go", go_mod="module std\n")
    assert {"net/http/a.go": "net/http"} == packages(discover([], str(top)))


def test_the_whole_module_is_read_around_what_is_reported(top: Path) -> None:
    tree = discover(["./sub"], str(service(top)))
    assert ["a.go", "a_test.go", "other/d.go", "sub/b.go", "sub/deep/c.go"] == read(tree)


def test_the_whole_module_is_read_around_a_file(top: Path) -> None:
    tree = discover(["c.go"], str(service(top) / "sub" / "deep"))
    assert 5 == len(tree.files)
    assert ["c.go"] == reported(tree)


def test_the_module_of_a_folder_is_the_nearest_above(top: Path) -> None:
    write(service(top), "tools/go.mod", "tools/x/e.go")
    tree = discover(["./tools/x"], str(top / "m"))
    assert {"tools/x/e.go": "example.com/tools/x"} == packages(tree)


def test_files_of_several_modules_are_grouped(top: Path) -> None:
    write(top, "a/go.mod", "a/a.go", "b/go.mod", "b/b.go", "b/x/c.go", "c/go.mod", "c/c.go")
    tree = discover(["b/b.go", "a/a.go"], str(top))
    assert [("example.com/a", 0), ("example.com/b", 1)] == [(m.path, m.workspace) for m in tree.modules]
    assert ["a/a.go", "b/b.go", "b/x/c.go"] == read(tree)


def test_a_module_without_a_go_line_speaks_go_1_16(top: Path) -> None:
    write(top, "a.go", go_mod="module m\n")
    assert [GoVersion(1, 16)] == [module.go for module in discover([], str(top)).modules]


def test_faults_of_go_mod_are_notes_at_their_place(top: Path) -> None:
    write(top, "m/a.go")
    write(top / "m", go_mod="module m\ngo one\n")
    tree = discover(["./m"], str(top))
    assert ["m/go.mod:2: 'one' is no Go version; read as the newest"] == notes(tree)
    assert [None] == [module.go for module in tree.modules]


def test_a_folder_called_go_mod_is_no_module(top: Path) -> None:
    write(service(top), "sub/go.mod/e.go")
    assert "sub/go.mod/e.go" in found(top / "m")


# Nested modules


def test_a_nested_module_is_left_out_with_a_note(top: Path) -> None:
    write(service(top), "tools/go.mod", "tools/e.go", "x/y/go.mod", "x/y/f.go", "x/g.go")
    tree = discover([], str(top / "m"))
    assert ["2 nested modules are left out: tools, x/y; --all-modules takes them too"] == notes(tree)
    assert "x/g.go" in read(tree)
    assert not {"tools/e.go", "x/y/f.go"} & set(read(tree))


def test_the_note_names_modules_below_the_pattern_only(top: Path) -> None:
    write(service(top), "tools/go.mod", "tools/e.go", "sub/gen/go.mod", "sub/gen/f.go", "testdata/go.mod")
    tree = discover(["./sub/...", "./other"], str(top / "m"))
    assert ["1 nested module is left out: sub/gen; --all-modules takes it too"] == notes(tree)


def test_a_long_note_counts_the_rest(top: Path) -> None:
    write(top, "go.mod", "a.go", *(f"x{i:02}/go.mod" for i in range(23)))
    assert notes(discover([], str(top)))[0].endswith("x18, x19 and 3 more; --all-modules takes them too")


def test_a_nested_module_that_is_named_is_not_left_out(top: Path) -> None:
    write(service(top), "tools/go.mod", "tools/e.go")
    tree = discover(["./...", "./tools/..."], str(top / "m"))
    assert [] == notes(tree)
    assert {0, 1} == {module.workspace for module in tree.modules}
    assert "tools/e.go" in reported(tree)


def test_all_modules_takes_nested_ones_at_any_depth(top: Path) -> None:
    write(service(top), "tools/go.mod", "tools/e.go", "tools/x/go.mod", "tools/x/f.go", "vendor/v/go.mod")
    tree = discover([], str(top / "m"), all_modules=True)
    assert [] == notes(tree)
    assert {"tools/e.go", "tools/x/f.go"} < set(reported(tree))
    assert ["example.com/m", "example.com/tools", "example.com/x"] == [module.path for module in tree.modules]
    assert 3 == len({module.workspace for module in tree.modules})


def test_all_modules_keeps_to_the_pattern(top: Path) -> None:
    write(service(top), "tools/go.mod", "tools/e.go", "sub/gen/go.mod", "sub/gen/f.go")
    expected = ["sub/b.go", "sub/deep/c.go", "sub/gen/f.go"]
    assert expected == found(top / "m", "./sub/...", all_modules=True)


# Without go.mod


def test_without_go_mod_every_module_below_is_taken(top: Path) -> None:
    write(top, "a/go.mod", "a/a.go", "a/nested/go.mod", "a/nested/b.go", "c/d/go.mod", "c/d/e.go")
    tree = discover([], str(top))
    assert [] == notes(tree)
    assert ["a/a.go", "a/nested/b.go", "c/d/e.go"] == reported(tree)
    assert ["example.com/a", "example.com/nested", "example.com/d"] == [
        module.path for module in tree.modules
    ]


def test_without_go_mod_the_folder_is_the_root(top: Path) -> None:
    write(top, "x/a.go", "x/y/b.go")
    tree = discover([], str(top / "x"))
    assert (GoModule("", str(top / "x"), None, 0),) == tree.modules
    assert {"a.go": "", "y/b.go": "y"} == packages(tree)


def test_without_go_mod_packages_below_the_folder_are_named_from_it(top: Path) -> None:
    write(top, "x/y/b.go")
    assert {"x/y/b.go": "x/y"} == packages(discover(["./x/y"], str(top)))


def test_without_go_mod_a_folder_elsewhere_is_the_root(top: Path) -> None:
    write(top, "x/y/b.go", "cwd/")
    tree = discover([f"{top}/x/..."], str(top / "cwd"))
    assert ([str(top / "x")], ["y"]) == (
        [m.root for m in tree.modules],
        [file.package for file in tree.files],
    )


def test_without_go_mod_roots_do_not_overlap(top: Path) -> None:
    write(top, "x/a.go", "x/y/b.go", "cwd/")
    tree = discover([f"{top}/x/y", f"{top}/x/..."], str(top / "cwd"))
    assert 2 == len(tree.files)


def test_without_go_mod_a_file_is_judged_with_its_folder(top: Path) -> None:
    write(top, "x/a.go", "x/b.go", "x/y/c.go", "d.go")
    tree = discover(["x/a.go"], str(top))
    assert (["x/a.go"], ["x/a.go", "x/b.go"]) == (reported(tree), read(tree))


def test_loose_files_beside_modules_have_a_root_of_their_own(top: Path) -> None:
    write(top, "a/go.mod", "a/a.go", "scripts/b.go")
    tree = discover([], str(top))
    assert {"a/a.go": "example.com/a", "scripts/b.go": "scripts"} == packages(tree)
    assert 2 == len({module.workspace for module in tree.modules})


# Workspaces


def workspace(top: Path, text: str = "go 1.22\nuse ./a\nuse (\n\t./b\n)\n") -> Path:
    write(top, "a/go.mod", "a/a.go", "b/go.mod", "b/b.go", "c/go.mod", "c/c.go")
    write(top, go_work=text)
    return top


def test_at_the_root_of_a_workspace_its_modules_are_reported(top: Path) -> None:
    tree = discover([], str(workspace(top)))
    assert ["a/a.go", "b/b.go"] == reported(tree)
    assert ["1 nested module is left out: c; --all-modules takes it too"] == notes(tree)


def test_modules_of_a_workspace_see_each_other(top: Path) -> None:
    assert {0} == {module.workspace for module in discover([], str(workspace(top))).modules}


def test_the_root_of_a_workspace_may_be_a_module(top: Path) -> None:
    write(workspace(top, "use .\nuse ./b\n"), "go.mod", "r.go")
    tree = discover([], str(top))
    assert ["b/b.go", "r.go"] == reported(tree)
    assert ["2 nested modules are left out: a, c; --all-modules takes them too"] == notes(tree)


def test_siblings_in_the_workspace_are_read_and_not_reported(top: Path) -> None:
    tree = discover(["./..."], str(workspace(top) / "a"))
    assert ["a.go"] == reported(tree)
    assert ["example.com/a", "example.com/b"] == [module.path for module in tree.modules]
    assert [f"{(top / 'b').as_posix()}/b.go", "a.go"] == read(tree)


def test_a_module_that_the_workspace_does_not_use_stands_alone(top: Path) -> None:
    tree = discover(["./c"], str(workspace(top)))
    assert ["c/c.go"] == read(tree)


def test_a_module_beside_a_workspace_that_does_not_use_it_stands_alone(top: Path) -> None:
    write(workspace(top), "go.mod", "r.go")
    tree = discover(["r.go", "./a"], str(top))
    assert {"r.go": 0, "a/a.go": 1, "b/b.go": 1} == {f.path: f.module.workspace for f in tree.files}


def test_all_modules_takes_what_the_workspace_does_not_use(top: Path) -> None:
    tree = discover([], str(workspace(top)), all_modules=True)
    assert ["a/a.go", "b/b.go", "c/c.go"] == reported(tree)
    assert [0, 0, 1] == [module.workspace for module in tree.modules]


def test_a_workspace_may_use_modules_elsewhere(top: Path) -> None:
    write(top, "w/x/", "b/go.mod", "b/b.go", "w/a/go.mod", "w/a/a.go")
    write(top / "w", go_work="use (\n./a\n../b\n)\n")
    tree = discover([], str(top / "w"))
    assert ["a/a.go"] == reported(tree)
    assert [f"{(top / 'b').as_posix()}/b.go", "a/a.go"] == read(tree)


def test_a_used_folder_without_go_mod_is_noted(top: Path) -> None:
    tree = discover([], str(workspace(top, "use ./a\nuse ./gone\n")))
    assert "go.work: uses gone, where there is no go.mod" in notes(tree)


def test_a_module_nested_in_an_unused_one_can_be_used(top: Path) -> None:
    write(workspace(top, "use ./c/deep\n"), "c/deep/go.mod", "c/deep/d.go")
    assert ["c/deep/d.go"] == found(top)


def test_a_large_workspace_is_read(top: Path) -> None:
    names = [f"m{i:04}" for i in range(1200)]
    write(top, *(f"{name}/go.mod" for name in names), "m0000/a.go", "m1199/b.go")
    write(top, go_work="use (\n" + "\n".join(names) + "\n)\n")
    tree = discover(["./m0000"], str(top))
    assert (["m0000/a.go"], 1200) == (reported(tree), len(tree.modules))


# Vendored files


def test_vendored_files_are_read_if_asked(top: Path) -> None:
    write(
        service(top),
        "vendor/example.com/v/x/v.go",
        "vendor/modules.txt",
        "vendor/example.com/v/testdata/t.go",
    )
    tree = discover([], str(top / "m"), vendor=True)
    vendored = [(f.path, f.package, f.reported) for f in tree.files if f.vendored]
    assert [("vendor/example.com/v/x/v.go", "example.com/v/x", False)] == vendored
    assert ["a.go", "a_test.go", "other/d.go", "sub/b.go", "sub/deep/c.go"] == reported(tree)


def test_a_vendored_folder_that_is_named_is_reported(top: Path) -> None:
    write(service(top), "vendor/example.com/v/v.go")
    for vendor in (False, True):
        tree = discover(["./vendor/..."], str(top / "m"), vendor=vendor)
        matched = [(f.path, f.package, f.vendored) for f in tree.files if f.reported]
        assert [("vendor/example.com/v/v.go", "example.com/v", True)] == matched


def test_a_module_among_vendored_files_is_a_copy(top: Path) -> None:
    write(service(top), "vendor/example.com/v/go.mod", "vendor/example.com/v/v.go")
    tree = discover([], str(top / "m"), vendor=True)
    assert ([], 1) == (notes(tree), len(tree.modules))
    assert "vendor/example.com/v/v.go" in read(tree)


# The file system


def test_links_to_folders_are_not_followed(top: Path) -> None:
    (service(top) / "link").symlink_to("sub", target_is_directory=True)
    assert not any(path.startswith("link") for path in read(discover([], str(top / "m"))))


def test_a_link_to_a_folder_that_is_named_is_taken(top: Path) -> None:
    (service(top) / "link").symlink_to("sub", target_is_directory=True)
    assert ["link/b.go"] == found(top / "m", "./link")
    assert ["link/b.go", "link/deep/c.go"] == found(top / "m", "./link/...")


def test_a_loop_of_links_ends(top: Path) -> None:
    (service(top) / "sub" / "up").symlink_to("..", target_is_directory=True)
    (top / "m" / "x.go").symlink_to("y.go")
    (top / "m" / "y.go").symlink_to("x.go")
    tree = discover([], str(top / "m"))
    assert 5 == len(tree.files)
    assert ["x.go", "y.go"] == [note.path for note in tree.notes]


def test_a_link_to_a_file_is_read(top: Path) -> None:
    (service(top) / "link.go").symlink_to("sub/b.go")
    assert "link.go" in found(top / "m")
    assert ["link.go"] == found(top / "m", "link.go")


def test_a_link_to_nowhere_is_noted(top: Path) -> None:
    (service(top) / "link.go").symlink_to("gone.go")
    tree = discover([], str(top / "m"))
    assert "link.go" not in read(tree)
    assert notes(tree)[0].startswith("link.go: is a symbolic link that leads nowhere (")


def test_a_link_called_like_a_go_file_may_lead_to_a_folder(top: Path) -> None:
    (service(top) / "link.go").symlink_to("sub", target_is_directory=True)
    tree = discover([], str(top / "m"))
    assert ([], False) == (notes(tree), "link.go" in read(tree))


@pipes
def test_a_pipe_is_skipped_with_a_note(top: Path) -> None:
    os.mkfifo(service(top) / "pipe.go")
    os.mkfifo(top / "m" / "pipe")
    (top / "m" / "link.go").symlink_to("pipe")
    tree = discover([], str(top / "m"))
    assert 5 == len(tree.files)
    said = "is no regular file (a pipe, a socket or a device); left out"
    assert [f"link.go: {said}", f"pipe.go: {said}"] == notes(tree)


@pipes
def test_a_pipe_that_is_named_is_an_error(top: Path) -> None:
    os.mkfifo(service(top) / "pipe.go")
    assert "pipe.go is no regular file; '-' reads a Go file from standard input" == refusal(
        top / "m", "pipe.go"
    )


@pipes
def test_a_pipe_called_go_mod_is_no_module(top: Path) -> None:
    write(service(top), "sub/x/e.go")
    os.mkfifo(top / "m" / "sub" / "x" / "go.mod")
    assert "sub/x/e.go" in found(top / "m")


def test_a_link_called_go_mod_that_leads_nowhere_is_no_module(top: Path) -> None:
    (service(top) / "sub" / "go.mod").symlink_to("go.mod")
    assert "sub/b.go" in found(top / "m")


def test_a_socket_is_skipped_with_a_note(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(service(top))  # names of sockets are short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("s.go")
        tree = discover([], str(top / "m"))
    assert ["s.go"] == [note.path for note in tree.notes]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_folder_without_permission_is_noted(top: Path) -> None:
    (service(top) / "sub").chmod(0)
    try:
        tree = discover([], str(top / "m"))
        assert "pattern ./sub matches no Go files: sub cannot be read" in refusal(top / "m", "./sub")
    finally:
        (top / "m" / "sub").chmod(0o700)
    assert ["sub: cannot be read (Permission denied); left out"] == notes(tree)
    assert ["a.go", "a_test.go", "other/d.go"] == reported(tree)


def test_a_folder_that_fails_is_noted_and_the_rest_is_read(
    top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir
    broken = str(service(top) / "sub")

    def fails(path: str) -> object:
        if path == broken:
            raise OSError(5, "Input/output error")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", fails)
    tree = discover([], str(top / "m"))
    assert ["sub: cannot be read (Input/output error); left out"] == notes(tree)
    assert ["a.go", "a_test.go", "other/d.go"] == reported(tree)
    expected = "pattern ./sub matches no Go files: sub cannot be read (Input/output error); left out"
    assert expected == refusal(top / "m", "./sub")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_go_mod_without_permission_is_noted(top: Path) -> None:
    (service(top) / "go.mod").chmod(0)
    tree = discover([], str(top / "m"))
    assert ["go.mod: cannot be read (Permission denied)"] == notes(tree)
    assert 5 == len(reported(tree))
    assert [None] == [module.go for module in tree.modules]


def test_a_name_that_is_no_text_can_be_shown(top: Path) -> None:
    name = os.fsdecode(b"\xff.go")
    try:
        write(service(top), name)
    except (OSError, UnicodeError):
        pytest.skip("this file system takes only text")
    (file,) = (file for file in discover([], str(top / "m")).files if file.absolute.endswith(name))
    assert "\ufffd.go" == file.path


def test_names_in_any_language_are_kept(top: Path) -> None:
    write(top, "go.mod", "größe/数.go")
    assert ["größe/数.go"] == found(top)


def test_a_very_deep_tree_is_read(top: Path) -> None:
    write(top, "go.mod", "d/" * 300 + "a.go")
    assert ["d/" * 300 + "a.go"] == found(top)


def test_files_come_sorted(top: Path) -> None:
    write(top, "go.mod", "b.go", "a/z.go", "a.go", "a-b/c.go")
    assert ["a-b/c.go", "a.go", "a/z.go", "b.go"] == found(top)


# Standard input


def test_a_file_from_standard_input_is_judged_with_its_module(top: Path) -> None:
    tree = stdin_file("sub/new.go", str(service(top)))
    assert ["sub/new.go"] == reported(tree)
    assert "example.com/m/sub" == packages(tree)["sub/new.go"]
    assert 6 == len(tree.files)


def test_a_file_from_standard_input_takes_the_place_of_the_one_on_disk(top: Path) -> None:
    tree = stdin_file("sub/b.go", str(service(top)))
    assert (["sub/b.go"], 5) == (reported(tree), len(tree.files))


def test_a_file_from_standard_input_may_lie_in_a_folder_that_is_passed_over(top: Path) -> None:
    write(service(top), "testdata/x.go")
    tree = stdin_file("testdata/new.go", str(top / "m"))
    assert ["testdata/new.go"] == reported(tree)
    assert "testdata/x.go" in read(tree)


def test_a_file_from_standard_input_may_lie_in_no_folder(top: Path) -> None:
    tree = stdin_file("none/such/new.go", str(service(top)))
    assert ([], "example.com/m/none/such") == (notes(tree), packages(tree)["none/such/new.go"])


def test_a_file_from_standard_input_may_stand_alone(top: Path) -> None:
    tree = stdin_file("stdin.go", str(top))
    module = GoModule("", str(top), None, 0)
    assert (
        Tree((SourceFile("stdin.go", str(top / "stdin.go"), module, "", True, False),), (module,), ()) == tree
    )


def test_a_file_from_standard_input_sees_the_workspace(top: Path) -> None:
    tree = stdin_file("a/new.go", str(workspace(top)))
    assert ["a/a.go", "a/new.go", "b/b.go"] == read(tree)
