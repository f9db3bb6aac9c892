"""Where the tests that start servers find them."""

import os
import shutil
import unittest
from pathlib import Path

_folder = os.environ.get("ARENA_BUILD_DIR")
FOLDER = Path(_folder or ".").resolve()
CORES = {min(os.sched_getaffinity(0))}

needed = unittest.skipUnless(_folder, "ARENA_BUILD_DIR is not set: no servers to start")
wrk_needed = unittest.skipUnless(shutil.which("wrk"), "wrk is not installed")
preloading_needed = unittest.skipUnless(
    (FOLDER / "libheap_counter.so").exists(), "no libheap_counter.so (a sanitizer build)"
)
