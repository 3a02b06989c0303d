"""ffmpeg as a judge of files: one that it cannot read to its end is no file."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def decoded(tmp_path: Path) -> Callable[..., bytes]:
    """What ffmpeg makes of a file; the test is skipped without it and fails where it finds a fault."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        pytest.skip("ffmpeg is not installed: apt-get install ffmpeg")

    def decode(data: bytes, suffix: str, *wanted: str) -> bytes:
        path = tmp_path / f"file.{suffix}"
        path.write_bytes(data)
        command = [ffmpeg, "-v", "error", "-xerror", "-i", str(path), *wanted, "-"]
        done = subprocess.run(command, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        return done.stdout

    return decode
