"""The program between two real servers, one of which breaks."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

from upstream import Upstream

RACE = os.environ["RACE"]
# Where nobody is silent, a machine that is slow must not make it look so.
NO_HEDGE = ("-d", "60000")


class Race(unittest.TestCase):
    def setUp(self):
        self.a, self.b = Upstream("a", b"a" * 100_000), Upstream("b", b"b" * 100_000)
        self.addCleanup(self.a.close)
        self.addCleanup(self.b.close)

    def run_race(self, *options, before=()):
        command = [*before, RACE, *options, f"{self.a.url}/widget.js", self.b.url]
        return subprocess.run(command, capture_output=True, timeout=120, check=False)

    def events(self, run):
        """What was decided, with the servers' names in place of their ports."""
        text = run.stderr.decode().replace(f"127.0.0.1:{self.a.port}", "a")
        text = text.replace(f"127.0.0.1:{self.b.port}", "b")
        return re.findall(r"(?:start|ended) .*|.* is .*|nothing: .*", text)

    def check(self, mode, winner, events, options=NO_HEDGE):
        self.a.switch(mode)
        run = self.run_race(*options)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(run.stdout, winner.body)
        self.assertEqual(self.events(run), events)

    def test_the_first_that_is_well_serves_alone(self):
        self.check("ok", self.a, ["start a: first_choice", "ended a: won"])
        self.assertEqual(self.a.requests("/widget.js"), 1)
        self.assertEqual(self.b.requests(), 0)

    def test_a_failure_is_failed_over_at_once(self):
        for mode, reason in (
            ("refuse", "network_error"),
            ("e503", "http_status"),
            ("cut", "truncated"),
        ):
            with self.subTest(mode):
                self.check(
                    mode,
                    self.b,
                    ["start a: first_choice", f"ended a: {reason}"]
                    + ["start b: failover", "ended b: won"],
                )

    def test_silence_is_hedged_and_counts_against_the_silent(self):
        for mode in ("hang", "slow", "silent_body"):
            with self.subTest(mode):
                self.check(
                    mode,
                    self.b,
                    ["start a: first_choice", "start b: hedge"]
                    + ["ended b: won", "ended a: hedge_lost"],
                    options=(),
                )

    def test_nobody_serves(self):
        for mode in ("refuse", "e503", "cut"):
            with self.subTest(mode):
                self.a.switch(mode)
                self.b.switch(mode)
                run = self.run_race(*NO_HEDGE)
                self.assertEqual((run.returncode, run.stdout), (1, b""))
                self.assertIn("nothing: all_endpoints_failed", self.events(run))

    def test_who_fails_is_ejected_and_no_longer_asked(self):
        self.a.switch("e503")
        run = self.run_race(*NO_HEDGE, "-n", "8")
        self.assertEqual(run.stdout, self.b.body * 8)
        events = self.events(run)
        self.assertIn("a is ejected: consecutive_failures", events)
        self.assertEqual(events.count("start a: first_choice"), 5)
        self.assertEqual(events.count("start b: first_choice"), 3)

    def test_probes_find_a_fault_and_its_end_without_requests_paying(self):
        # One request, and then a pause that outlasts the test.
        command = [RACE, "-n", "2", "-p", "600000", "-c", "/health", self.a.url, self.b.url]
        name = f"127.0.0.1:{self.a.port}"
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as race:
            self.addCleanup(race.stderr.close)
            try:
                lines = (line.decode() for line in race.stderr)
                next(line for line in lines if "won" in line)
                self.a.switch("refuse")
                next(line for line in lines if f"{name} is failing: probes_fail" in line)
                self.a.switch("ok")
                next(line for line in lines if f"{name} is healthy: probes_passed" in line)
            finally:
                race.kill()
        self.assertGreaterEqual(self.a.requests("/health"), 2)

    def test_what_is_no_url_is_refused(self):
        run = subprocess.run([RACE, "ftp://x"], capture_output=True, check=False)
        self.assertEqual(run.returncode, 2)
        self.assertIn(b"ftp://x is no http URL", run.stderr)


@unittest.skipUnless(shutil.which("valgrind"), "needs valgrind")
class Memory(Race):
    """The same under Valgrind: no error, no leak, no descriptor left open."""

    def run_race(self, *options, before=()):
        with tempfile.NamedTemporaryFile("r", encoding="utf-8") as log:
            valgrind = ["valgrind", "--quiet", "--error-exitcode=99", "--leak-check=full"]
            valgrind += ["--show-leak-kinds=all", "--errors-for-leak-kinds=all"]
            valgrind += ["--track-fds=yes", f"--log-file={log.name}"]
            run = super().run_race(*options, before=valgrind)
            said = log.read()
        self.assertNotEqual(run.returncode, 99, said)
        self.assertNotIn("AF_INET socket", said)
        return run


if __name__ == "__main__":
    unittest.main()
