"""A small real project to install: a lock, a dependency as a wheel, and one that is compiled.

The compiler is a build backend in the source archive itself, so that pip runs for real and needs
no network.
"""

from __future__ import annotations

import io
import shutil
import tarfile
from pathlib import Path

from bot.install import COMPILED
from tests.tiny_weights import write_wheel

_SOURCE = Path(__file__).resolve().parent.parent / "bot"

_BACKEND = """
import os, sys, time, zipfile
from pathlib import Path

NAME, VERSION, SECONDS, FAILS = {name!r}, {version!r}, {seconds!r}, {fails!r}

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    print("told:", os.environ.get("CFLAGS"), os.environ.get("CXXFLAGS"), flush=True)
    for number in range(1, 7):
        print(f"[{{number}}/6] c++ file{{number}}.cpp", flush=True)
        time.sleep(SECONDS / 6)
    if FAILS:
        sys.exit(FAILS)
    module = NAME.replace("-", "_")
    info = f"{{module}}-{{VERSION}}.dist-info"
    file = f"{{module}}-{{VERSION}}-py3-none-any.whl"
    tags = "Wheel-Version: 1.0\\nGenerator: tests\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    with zipfile.ZipFile(Path(wheel_directory) / file, "w") as wheel:
        wheel.writestr(f"{{info}}/METADATA",
                       f"Metadata-Version: 2.1\\nName: {{NAME}}\\nVersion: {{VERSION}}\\n")
        wheel.writestr(f"{{info}}/WHEEL", tags)
        wheel.writestr(f"{{info}}/RECORD", "")
    return file

build_editable = build_wheel
"""

_PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "{name}"
version = "{version}"
"""


def make(root: Path, index: Path) -> None:
    """Write a project into `root` that is installed as storychat is, from the folder `index`."""
    (root / "bot").mkdir(parents=True)
    for name in ("__init__.py", "install.py", "child_process.py", "compilers.py", "pip_output.py"):
        shutil.copy(_SOURCE / name, root / "bot" / name)
    (root / "pyproject.toml").write_text(_PROJECT.format(name="tiny-project", version="1.0"))
    backend = _BACKEND.format(name="tiny-project", version="1.0", seconds=0, fails="")
    (root / "backend.py").write_text(backend)
    write_wheel(index, "tiny-dependency", "1.0", {})
    lock(root, compiled="0.1")


def lock(root: Path, *, compiled: str) -> None:
    """Lock the dependency that is compiled to this version."""
    (root / "requirements.lock").write_text(
        f"# a note\n{COMPILED}=={compiled}\ntiny-dependency==1.0\n"
    )


def write_source(index: Path, version: str, *, seconds: float = 0, fails: str = "") -> None:
    """Write the archive of the dependency that is compiled, for so long, and maybe in vain."""
    index.mkdir(parents=True, exist_ok=True)
    top = f"{COMPILED.replace('-', '_')}-{version}"
    named = {"name": COMPILED, "version": version}
    files = {
        "pyproject.toml": _PROJECT.format(**named),
        "backend.py": _BACKEND.format(**named, seconds=seconds, fails=fails),
        "PKG-INFO": f"Metadata-Version: 2.1\nName: {COMPILED}\nVersion: {version}\n",
    }
    with tarfile.open(index / f"{top}.tar.gz", "w:gz") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"{top}/{name}")
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
