"""The house rules that code alone can show: layers, light imports, sizes."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "bgstream"
LAYERS = (  # from the ground up; a module imports only from layers below its own, or from its own package
    ("errors", "hdr"),
    ("frame", "settings", "progress", "ahead", "partial"),
    ("protocols",),
    ("media", "library", "devices", "exif"),
    ("sources", "sinks", "matting", "compose"),
    ("backdrops",),
    ("warmup", "doctor", "matters", "targets"),
    ("job",),
    ("pipeline",),
    ("batch",),
    ("live",),
    ("probing",),
    ("evaluate",),
    ("bench",),
    ("cli",),
    ("__main__", "__init__"),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
HEAVY = ("av", "cv2", "numba", "onnxruntime", "rich", "numpy", "PIL")


def modules() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def place(path: Path) -> str:
    """The part of the house that a file belongs to."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_module_imports_only_from_below(path: Path) -> None:
    here = place(path)
    for name in imported(ast.parse(path.read_text())):
        parts = name.split(".")
        if parts[0] != "bgstream" or len(parts) < 2 or parts[1] not in RANK:
            continue
        assert parts[1] == here or RANK[parts[1]] < RANK[here], f"{path.name} ({here}) imports {name}"


def test_every_module_has_a_layer() -> None:
    assert {place(path) for path in modules()} == set(RANK)


@pytest.mark.parametrize("package", ["kernels/bgstream_kernels", "models/bgstream_models"])
def test_kernels_and_models_import_nothing_of_bgstream(package: str) -> None:
    files = list((ROOT / package).glob("*.py"))
    assert files
    for path in files:
        roots = {name.split(".")[0] for name in imported(ast.parse(path.read_text()))}
        assert "bgstream" not in roots
        if package.startswith("kernels"):
            assert roots <= {"numpy", "numba", "bgstream_kernels", *sys.stdlib_module_names}, path.name


@pytest.mark.parametrize(
    "statement",
    [
        "import bgstream",
        "import bgstream.cli",
        "import bgstream.cli.remove as r; r.parser()",
        "import bgstream.cli.eval as e; e.parser()",
        "import bgstream.cli.bench as b; b.parser()",
        "import bgstream.cli.cam as c; c.parser(); c._options(c.parser().parse([]))",
        "import bgstream.cli.cam_control",
        "import bgstream.cli.probe as p; p.parser()",
    ],
)
def test_importing_pulls_in_nothing_heavy(statement: str) -> None:
    code = f"{statement}\nimport sys; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_functions_take_at_most_six_parameters() -> None:
    for path in [*modules(), *(ROOT / "kernels").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                names = [a.arg for a in (*node.args.args, *node.args.kwonlyargs) if a.arg != "self"]
                assert len(names) <= 6, f"{path.name}: {node.name}{names}"
