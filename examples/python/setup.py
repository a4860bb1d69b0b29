"""Puts the installed C library, and what its header declares, into the wheel.

Both are found by pkg-config, so the wheel carries what the header that it was
built with says, and nothing in this package repeats it.
"""

import re
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

from cffi import FFI
from setuptools import setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py


def ask(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def pkg_config(*options: str) -> str:
    try:
        return ask("pkg-config", *options, "hedgerow").strip()
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"{error.stderr}Set PKG_CONFIG_PATH to the folder of hedgerow.pc.")


def declarations() -> str:
    """What the header declares, as cffi reads it: without comments, conditions
    and the system's own headers, but with the numbers that are macros."""
    include = Path(pkg_config("--variable=includedir"))
    with tempfile.TemporaryDirectory() as empty:
        for name in ("stdint.h", "stddef.h"):
            Path(empty, name).touch()
        preprocess = ["cc", *shlex.split(pkg_config("--cflags-only-other")), "-nostdinc"]
        preprocess += ["-I", empty, "-E", "-P", str(include / "hedgerow.h")]
        text = ask(*preprocess)
        macros = ask(*preprocess, "-dM")
    numbers = re.findall(r"^#define (HEDGEROW_\w+) (\d+)(?:ull)?$", macros, re.MULTILINE)
    return text + "".join(f"#define {name} {number}\n" for name, number in sorted(numbers))


class Build(build_py):
    def run(self) -> None:
        super().run()
        package = Path(self.build_lib, "hedgerow")
        library = Path(pkg_config("--variable=libdir"), "libhedgerow.so")
        shutil.copyfile(library.resolve(), package / "libhedgerow.so")
        ffi = FFI()
        ffi.set_source("hedgerow._declarations", None)
        ffi.cdef(declarations())
        written = package / "_declarations.py"
        ffi.emit_python_code(str(written))
        written.write_text(f"# mypy: ignore-errors\n{written.read_text()}")


class Wheel(bdist_wheel):
    """No extension module, so any Python will do, but only on this platform."""

    def finalize_options(self) -> None:
        super().finalize_options()
        self.root_is_pure = False

    def get_tag(self) -> tuple[str, str, str]:
        return "py3", "none", super().get_tag()[2]


setup(cmdclass={"build_py": Build, "bdist_wheel": Wheel})
