import os
import threading
import time
import unittest

from lab.measure import proc_figures

# pid (comm) state ppid pgrp session tty tpgid flags minflt cminflt majflt cmajflt utime stime ...
STAT = "4242 (odd) name (x) S 1 4242 4242 0 -1 4194304 1500 77 12 3 345 678 9 9 20 0 1 0 100 0 0"


class ProcFiguresTest(unittest.TestCase):
    def test_stat_with_spaces_and_parentheses_in_the_name(self):
        self.assertEqual(proc_figures.parse_stat(STAT), (1500 + 12, 345, 678))

    def test_schedstat(self):
        self.assertEqual(proc_figures.parse_schedstat("123456789 4321 77\n"), (123456789, 4321))

    def test_peak_rss(self):
        status = "Name:\tx\nVmPeak:\t  9000 kB\nVmHWM:\t    5120 kB\nVmRSS:\t 100 kB\n"
        self.assertEqual(proc_figures.parse_peak_rss(status), 5120 * 1024)
        with self.assertRaises(ValueError):
            proc_figures.parse_peak_rss("Name:\tkernel thread\n")

    def test_threads_that_have_ended_count(self):
        before = proc_figures.cpu_ns(os.getpid())
        thread = threading.Thread(target=lambda: sum(range(3_000_000)))
        thread.start()
        thread.join()
        of_this_thread = time.thread_time_ns()
        whole = proc_figures.cpu_ns(os.getpid())
        self.assertGreater(whole - before, 10_000_000)
        self.assertGreater(whole, of_this_thread)

    def test_switches_of_both_kinds(self):
        status = "Name:\tx\nvoluntary_ctxt_switches:\t40\nnonvoluntary_ctxt_switches:\t2\n"
        self.assertEqual(proc_figures.parse_switches(status), 42)

    def test_this_process_uses_cpu(self):
        before = proc_figures.read(os.getpid())
        sum(range(2_000_000))
        used = proc_figures.read(os.getpid()) - before
        self.assertGreater(used.cpu_ns, 0)
        self.assertGreater(proc_figures.peak_rss_bytes(os.getpid()), 1 << 20)
        self.assertLessEqual(proc_figures.rss_bytes(os.getpid()),
                             proc_figures.peak_rss_bytes(os.getpid()))


if __name__ == "__main__":
    unittest.main()
