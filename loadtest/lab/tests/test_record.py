import json
import tempfile
import unittest
from pathlib import Path

from lab.failures import Invalid
from lab.measure.record import Record, read

HEAD = {"kind": "run", "title": "t", "started": "s", "command": "c", "settings": {"rounds": 1},
        "scenarios": [], "variants": {},
        "machine": {"cpu": "x", "git_revision": "y", "git_changed": False}}


class RecordTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "deep" / "result.json"

    def test_blocks_are_kept_and_gone_on_with(self):
        record = Record.begin(self.path, HEAD)
        record.add(0, "a", [{"scenario": "a"}], {})
        record.drop(0, "b", "b: failed")
        record.write()
        again = Record.resume(self.path, HEAD)
        self.assertTrue(record.is_done(0, "a") and record.is_done(0, "b"))
        self.assertTrue(again.is_done(0, "a"))
        self.assertFalse(again.is_done(1, "a"))
        self.assertFalse(again.is_done(0, "b"))  # it failed: it is tried again
        self.assertEqual((record.document["invalid"], again.document["invalid"]), (["b: failed"], []))
        self.assertTrue(again.document["partial"])

    def test_another_machine_or_plan_is_not_gone_on_with(self):
        Record.begin(self.path, HEAD).write()
        with self.assertRaisesRegex(Invalid, "its settings are not the same"):
            Record.resume(self.path, {**HEAD, "settings": {"rounds": 2}})
        with self.assertRaisesRegex(Invalid, "its git_revision was y, now it is z"):
            Record.resume(self.path, {**HEAD, "machine": {**HEAD["machine"], "git_revision": "z"}})

    def test_what_is_no_result_is_refused(self):
        self.path.parent.mkdir()
        for text, word in (("{", "not JSON"), ("[]", "not a result"), ('{"format":1}', "format 2")):
            self.path.write_text(text)
            with self.assertRaisesRegex(Invalid, word):
                read(self.path)
        self.path.write_text(json.dumps({"format": 2, "kind": "run"}))
        with self.assertRaisesRegex(Invalid, "lacks title, started"):
            read(self.path)

    def test_a_result_that_cannot_be_written_leaves_nothing_behind(self):
        self.path.mkdir(parents=True)
        with self.assertRaisesRegex(Invalid, "cannot be written to .*: Is a directory"):
            Record.begin(self.path, HEAD).write()
        self.assertEqual(list(self.path.parent.iterdir()), [self.path])


if __name__ == "__main__":
    unittest.main()
