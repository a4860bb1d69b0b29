"""The wrapper's own tests under Valgrind, and the program between two servers."""

import os
import re
import subprocess
import unittest

from upstream import Upstream

BUILD = os.environ["BUILD"]
VALGRIND = ["valgrind", "--quiet", "--error-exitcode=99", "--leak-check=full"]
VALGRIND += ["--show-leak-kinds=all", "--errors-for-leak-kinds=all"]


class Wrapper(unittest.TestCase):
    def test_what_it_promises_without_an_error_or_a_leak(self):
        run = subprocess.run(
            [*VALGRIND, f"{BUILD}/test_wrapper"],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertRegex(run.stdout, r"^[1-9]\d+ passed, 0 failed$")


class Fetch(unittest.TestCase):
    def setUp(self):
        self.a, self.b = Upstream("a", b"a" * 100_000), Upstream("b", b"b" * 100_000)
        self.addCleanup(self.a.close)
        self.addCleanup(self.b.close)

    def fetch(self):
        addresses = [f"127.0.0.1:{upstream.port}" for upstream in (self.a, self.b)]
        run = subprocess.run(
            [f"{BUILD}/fetch", "/x", *addresses], capture_output=True, timeout=60, check=False
        )
        said = run.stderr.decode().replace(addresses[0], "a").replace(addresses[1], "b")
        return run, said.splitlines()

    def test_the_first_that_is_well_serves(self):
        run, _ = self.fetch()
        self.assertEqual((run.returncode, run.stdout), (0, self.a.body))

    def test_a_failure_is_failed_over_at_once(self):
        for mode, reason in (
            ("refuse", "network_error"),
            ("e503", "http_status"),
            ("cut", "truncated"),
        ):
            with self.subTest(mode):
                self.a.switch(mode)
                run, said = self.fetch()
                self.assertEqual((run.returncode, run.stdout), (0, self.b.body), said)
                self.assertIn(f"ended a: {reason}", said)

    def test_silence_is_hedged(self):
        for mode in ("hang", "slow", "silent_body"):
            with self.subTest(mode):
                self.a.switch(mode)
                run, said = self.fetch()
                self.assertEqual((run.returncode, run.stdout), (0, self.b.body), said)
                self.assertIn("start b: hedge", said)
                self.assertIn("ended a: hedge_lost", said)

    def test_nobody_serves(self):
        self.a.switch("refuse")
        self.b.switch("e503")
        run, said = self.fetch()
        self.assertEqual((run.returncode, run.stdout), (1, b""))
        self.assertEqual(said[-1], "nothing: all_endpoints_failed")

    def test_what_is_no_address_is_refused(self):
        run = subprocess.run(
            [f"{BUILD}/fetch", "/x", "example.com:80"], capture_output=True, check=False
        )
        self.assertEqual(run.returncode, 2)
        self.assertTrue(re.search(rb"example.com:80 is no numeric address", run.stderr))


if __name__ == "__main__":
    unittest.main()
