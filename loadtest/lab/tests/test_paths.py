"""Where results and their pages go."""

import argparse
import io
import tempfile
import unittest
from contextlib import redirect_stdout
from pathlib import Path
from unittest import mock

from lab.commands import measure, report
from lab.failures import WrongUse


class ResultPathTest(unittest.TestCase):
    def path(self, **given) -> Path:
        options = {"resume": None, "output": None, **{name: Path(each)
                                                      for name, each in given.items()}}
        return measure.result_path("quick", argparse.Namespace(**options))

    def test_it_is_what_was_asked_for(self):
        self.assertEqual(self.path(output="x/a.json"), Path("x/a.json"))
        self.assertEqual(self.path(resume="x/a.json"), Path("x/a.json"))
        self.assertEqual(self.path().parent, measure.RESULTS)

    def test_a_result_that_its_page_would_overwrite_is_refused(self):
        for name in ("x.html", "x", "x.part"):
            with self.assertRaisesRegex(WrongUse, "must end in .json"):
                self.path(output=name)

    def test_there_is_one_result_and_not_two(self):
        with self.assertRaisesRegex(WrongUse, "leave --output out"):
            self.path(output="a.json", resume="b.json")


class PageTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for name in ("html.page", "text.summary"):
            self.enterContext(mock.patch(f"lab.report.{name}", lambda document: "told"))

    def write(self, result: str, page: str | None = None) -> None:
        with redirect_stdout(io.StringIO()):
            report.write(self.folder / result, {"took_seconds": 1},
                         self.folder / page if page else None)

    def test_it_is_beside_the_result_or_where_it_is_wanted(self):
        self.write("a.json")
        self.write("a.json", "deep/b.html")
        for name in ("a.html", "deep/b.html"):
            self.assertEqual((self.folder / name).read_text(), "told")

    def test_a_place_where_it_cannot_be_is_named(self):
        (self.folder / "file").touch()
        for page, why in (("file/x.html", "(Not a directory|File exists)"),
                          (".", "Is a directory")):
            with self.assertRaisesRegex(WrongUse, f"cannot be written to .*: {why}"):
                self.write("a.json", page)

    def test_it_is_never_written_over_the_result(self):
        with self.assertRaisesRegex(WrongUse, "over the result"):
            self.write("a.html")


if __name__ == "__main__":
    unittest.main()
