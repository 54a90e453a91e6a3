"""Who may import whom. This is the rules' only written home in the project."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "index", "prompts")
FILES = sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))

MAY_IMPORT_OF_OURS = {
    "prompts": {"prompts"},
    "index": {"index"},
    "bot": {"bot", "index", "prompts"},
}
LEAVES = {
    "index/story.py": set(),
    "index/errors.py": set(),
    "bot/errors.py": set(),
    "bot/settings.py": {"bot.errors", "bot.errors.StorychatError"},
    "bot/answering/answer.py": {"prompts"},
}
ONE_ADAPTER = {
    "sentence_transformers": ["index/embedder.py"],
    "faiss": ["index/vectors.py"],
    "llama_cpp": ["bot/llm/llama.py"],
    "sentencex": ["index/sentences.py"],
    "telegram": ["bot/telegram"],
    "prompt_toolkit": ["bot/terminal/line_editor.py"],
    "spellchecker": ["bot/answering/spelling.py"],
}
HEAVY = {
    "torch",
    "sentence_transformers",
    "transformers",
    "faiss",
    "llama_cpp",
    "numpy",
    "spellchecker",
}
"""Never imported at the top of a file, so that `--help` answers at once."""
ENVIRONMENT_READERS = {"bot/settings.py", "bot/install.py", "bot/compilers.py"}
LONGEST_FILE = 320


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def imports(tree: ast.AST) -> Iterator[str]:
    for node in _run_time(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _run_time(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but those that only type checkers see."""
    yield tree
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        yield from _run_time(child)


def at_start(tree: ast.Module) -> Iterator[str]:
    """What a module imports when it is imported itself."""
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from imports(node)


@pytest.fixture(params=FILES, ids=name)
def module(request: pytest.FixtureRequest) -> tuple[str, ast.Module]:
    file: Path = request.param
    return name(file), ast.parse(file.read_text(encoding="utf-8"))


def test_rooms_know_only_who_they_may_know(module: tuple[str, ast.Module]) -> None:
    path, tree = module
    room = path.split("/")[0]
    ours = {found.split(".")[0] for found in imports(tree)} & {*ROOMS, "tests"}
    assert ours <= MAY_IMPORT_OF_OURS[room]


def test_prompts_need_the_standard_library_only(module: tuple[str, ast.Module]) -> None:
    path, tree = module
    if path.startswith("prompts/"):
        assert {found.split(".")[0] for found in imports(tree)} <= sys.stdlib_module_names


def test_leaves_import_nothing_of_ours(module: tuple[str, ast.Module]) -> None:
    path, tree = module
    if path in LEAVES:
        ours = {found for found in imports(tree) if found.split(".")[0] in ROOMS}
        assert ours <= LEAVES[path]


def test_answering_knows_protocols_not_their_makers(module: tuple[str, ast.Module]) -> None:
    path, tree = module
    if path.startswith("bot/answering/"):
        makers = ("bot.assembly", "bot.terminal", "bot.telegram", "bot.models", "bot.settings")
        assert not any(found.startswith(makers) for found in imports(tree))
        llm = {found for found in imports(tree) if found.startswith("bot.llm.")}
        assert all(found.startswith("bot.llm.model") for found in llm)


def test_a_backend_is_imported_by_its_one_adapter(module: tuple[str, ast.Module]) -> None:
    path, tree = module
    for found in imports(tree):
        homes = ONE_ADAPTER.get(found.split(".")[0])
        assert homes is None or any(path.startswith(home) for home in homes), found


def test_heavy_packages_are_imported_when_needed(module: tuple[str, ast.Module]) -> None:
    _, tree = module
    assert not {found.split(".")[0] for found in at_start(tree)} & HEAVY


def test_only_settings_read_the_environment(module: tuple[str, ast.Module]) -> None:
    path, tree = module
    if path in ENVIRONMENT_READERS:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert (node.value.id, node.attr) not in {("os", "getenv")}
            if (node.value.id, node.attr) == ("os", "environ"):
                # Setting a variable for a library that knows no other way is not reading one.
                assert path in {
                    "index/embedder.py",
                    "bot/models/sources.py",
                    "bot/models/wheels.py",
                }


def test_only_assembly_chooses_between_backends(module: tuple[str, ast.Module]) -> None:
    path, tree = module
    if path.startswith("bot/") and path != "bot/assembly.py":
        assert "index.embedder.SentenceTransformersEmbedder" not in set(imports(tree))
        assert "bot.llm.local.load_model" not in set(imports(tree))


def test_files_stay_small(module: tuple[str, ast.Module]) -> None:
    path, _ = module
    assert len((ROOT / path).read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
