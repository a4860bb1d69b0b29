"""The engine without a network: time is an argument."""

import gc
import unittest

from hedgerow import (
    NEVER,
    Budget,
    Cancel,
    Candidate,
    Commit,
    Done,
    Ended,
    Health,
    HealthChanged,
    HedgerowError,
    Observation,
    Probe,
    Race,
    Reason,
    Start,
    Wait,
    Watch,
    classify,
)


class Racing(unittest.TestCase):
    def race(self, **options):
        return Race([Candidate(0), Candidate(1)], 0, **options)

    def test_silence_is_hedged_after_the_delay(self):
        race = self.race()
        start, wait = race.drain(0)
        self.assertEqual(start, Start(0, 0, Reason.find("first_choice")))
        self.assertEqual(wait, Wait(250_000))
        hedge, _ = race.drain(250_000)
        self.assertEqual(hedge, Start(1, 1, Reason.find("hedge")))
        race.handle_complete(280_000, 1)
        self.assertEqual(list(race.drain(280_000))[0], Commit(1))
        race.handle_commit(280_000, 1)
        outputs = list(race.drain(280_000))
        self.assertIn(Cancel(0, Reason.find("hedge_lost")), outputs)
        self.assertIn(Ended(0, Reason.find("hedge_lost")), outputs)
        self.assertEqual(outputs[-1], Done(1, None))

    def test_a_budget_holds_hedges_down(self):
        budget = Budget()
        for _ in range(10):
            race = self.race(budget=budget)
            list(race.drain(0))
            self.assertTrue(any(isinstance(out, Start) for out in race.drain(250_000)))
        self.assertEqual(budget.hedges, 0)
        race = self.race(budget=budget)
        list(race.drain(0))
        self.assertFalse(any(isinstance(out, Start) for out in race.drain(250_000)))

    def test_misuse_is_an_error_with_the_librarys_words(self):
        race = self.race()
        with self.assertRaises(HedgerowError) as raised:
            race.handle_head(0, 7)
        self.assertEqual(raised.exception.status, "unknown")
        with self.assertRaises(HedgerowError) as raised:
            race.handle_failure(0, 0, Reason(9999))
        self.assertEqual(raised.exception.status, "invalid_argument")

    def test_nobody_to_ask(self):
        outputs = list(Race([], 0).drain(0))
        self.assertEqual(outputs, [Done(None, Reason.find("no_eligible_endpoint"))])

    def test_objects_are_freed_in_any_order(self):
        budget = Budget()
        races = [Race([Candidate(0)], 0, budget=budget) for _ in range(1000)]
        del budget
        gc.collect()
        for race in races:
            list(race.drain(0))


class Watching(unittest.TestCase):
    def test_failures_eject_and_probes_bring_back(self):
        watch = Watch(["a", "b"], 0, 7, priorities=[0, 1], probe_interval_us=2_000_000)
        kind = 2
        failure = Observation(kind, 0, Reason.find("network_error"), 0)
        for _ in range(5):
            watch.observe(0, failure)
        news, until = watch.drain(0)
        changed = HealthChanged(0, Health.EJECTED, Reason.find("consecutive_failures"))
        self.assertIn(changed, news)
        self.assertEqual([found.endpoint for found in watch.choose(0)], [1, 0])
        now = 0
        while watch.health(0) is not Health.HEALTHY:
            now = until
            news, until = watch.drain(now)
            for probe in news:
                if isinstance(probe, Probe):
                    watch.probed(now, probe, 1000)
                    more, until = watch.drain(now)
        self.assertLess(now, 1_000_000)
        self.assertEqual([found.endpoint for found in watch.choose(now)], [0, 1])

    def test_without_probes_there_is_nothing_to_wait_for(self):
        self.assertEqual(Watch(["a"], 0, 7).drain(0), ([], NEVER))

    def test_settings_that_contradict_themselves_are_explained(self):
        with self.assertRaises(HedgerowError) as raised:
            Watch(["a"], 0, 7, probe_interval_us=0)
        self.assertEqual(raised.exception.status, "invalid_config")
        self.assertRegex(str(raised.exception), "interval|time")


class Tables(unittest.TestCase):
    def test_reasons_have_names_and_numbers(self):
        reasons = Reason.all()
        self.assertGreater(len(reasons), 100)
        for reason in reasons:
            self.assertEqual(Reason.find(str(reason)), reason)
            self.assertTrue(reason.description.endswith("."))

    def test_urls_are_classified(self):
        fingerprinted = classify("/assets/index-BkSuIpt7.4f3a9c1b.js")
        self.assertTrue(fingerprinted.immutable)
        entry = classify("https://cdn.example.com/widget/loader.js")
        self.assertEqual((entry.name, entry.immutable), ("entry_point", False))
        self.assertFalse(classify(b"/\xff\xfe").immutable)
