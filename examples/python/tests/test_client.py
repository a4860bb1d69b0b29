"""The asyncio client between two real servers, one of which breaks."""

import asyncio
import os
import unittest

from hedgerow import Health
from hedgerow.aio import Client, FetchError
from upstream import Upstream


def told(response):
    return [(str(attempt.why), str(attempt.outcome)) for attempt in response.attempts]


async def eventually(condition):
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


class ClientCase(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.a, self.b = Upstream("a", b"a" * 100_000), Upstream("b", b"b" * 100_000)
        self.addCleanup(self.a.close)
        self.addCleanup(self.b.close)
        self.urls = [self.a.url, self.b.url]

    def client(self, **options):
        """One that a machine which is slow does not make hedge."""
        return Client(self.urls, hedge_delay=60, **options)


class OneRequest(ClientCase):
    async def get(self, mode, hedge_delay=60):
        self.a.switch(mode)
        async with Client(self.urls, hedge_delay=hedge_delay) as client:
            return await client.get("/widget.js")

    async def test_the_first_that_is_well_serves(self):
        response = await self.get("ok")
        self.assertEqual((response.endpoint, response.status), (self.a.url, 200))
        self.assertEqual(response.body, self.a.body)
        self.assertEqual(response.headers["x-upstream"], "a")

    async def test_a_failure_is_failed_over_at_once(self):
        for mode, reason in (
            ("refuse", "network_error"),
            ("e503", "http_status"),
            ("cut", "truncated"),
        ):
            with self.subTest(mode):
                response = await self.get(mode)
                self.assertEqual((response.endpoint, response.body), (self.b.url, self.b.body))
                self.assertIn(("first_choice", reason), told(response))

    async def test_silence_is_hedged_and_counts_against_the_silent(self):
        for mode in ("hang", "slow", "silent_body"):
            with self.subTest(mode):
                response = await self.get(mode, None)
                self.assertEqual(response.body, self.b.body)
                expected = [("first_choice", "hedge_lost"), ("hedge", "won")]
                self.assertEqual(told(response), expected)

    async def test_nobody_serves(self):
        self.b.switch("e503")
        with self.assertRaises(FetchError) as raised:
            await self.get("refuse")
        self.assertEqual(str(raised.exception.reason), "all_endpoints_failed")
        self.assertEqual(len(raised.exception.attempts), 2)

    async def test_the_total_deadline_ends_silence(self):
        self.a.switch("hang")
        self.b.switch("hang")
        async with Client(self.urls, total_timeout=0.5) as client:
            with self.assertRaises(FetchError) as raised:
                await client.get("/")
        self.assertEqual(str(raised.exception.reason), "total_deadline")

    async def test_a_client_over_no_url_is_refused(self):
        for url in ("cdn1.example.com", "ftp://cdn1.example.com", "http://a:b", "http://a/b c"):
            with self.subTest(url), self.assertRaises(ValueError):
                Client([url])

    async def test_what_is_no_path_is_refused_and_asks_nobody(self):
        async with Client(self.urls) as client:
            for path in ("x", "", "/a b", "/x\r\nEvil: 1", "/ä"):
                with self.subTest(path), self.assertRaises(ValueError):
                    await client.get(path)
        self.assertEqual(self.a.requests(), 0)

    async def test_a_body_without_end_is_a_failure(self):
        self.b.body = b"b"
        async with self.client(max_body=1000) as client:
            response = await client.get("/")
        self.assertEqual(response.endpoint, self.b.url)
        self.assertIn(("first_choice", "network_error"), told(response))

    async def test_a_client_that_is_not_open_says_so(self):
        with self.assertRaises(RuntimeError):
            await Client(self.urls).get("/")


class ManyRequests(ClientCase):
    async def test_who_fails_is_ejected_and_no_longer_asked(self):
        self.a.switch("e503")
        news = []
        async with self.client(on_health=lambda *what: news.append(what)) as client:
            for _ in range(5):
                await client.get("/")
            await eventually(lambda: news)
            asked = self.a.requests("/")
            response = await client.get("/")
            self.assertEqual(client.health(self.a.url), Health.EJECTED)
        self.assertEqual(told(response), [("first_choice", "won")])
        self.assertEqual(self.a.requests("/"), asked)
        self.assertEqual(str(news[0][2]), "consecutive_failures")

    async def test_probes_find_a_fault_and_its_end(self):
        changes = asyncio.Queue()

        def on_health(url, health, reason):
            changes.put_nowait((url, health, str(reason)))

        async def until(*change):
            async with asyncio.timeout(60):
                while await changes.get() != change:
                    pass

        async with self.client(health="/health", probe_interval=1, on_health=on_health) as client:
            self.a.switch("refuse")
            await until(self.a.url, Health.FAILING, "probes_fail")
            response = await client.get("/")
            self.assertEqual(told(response), [("first_choice", "won")])
            self.assertEqual(response.endpoint, self.b.url)
            self.a.switch("ok")
            await until(self.a.url, Health.HEALTHY, "probes_passed")
            self.assertEqual((await client.get("/")).endpoint, self.a.url)

    async def test_a_fault_that_probes_find_ends_the_wait_of_a_request(self):
        async with Client(self.urls, health="/health", probe_interval=0.1) as client:
            # The probes may be faster than the hedge delay, or not.
            self.a.switch("hang")
            response = await client.get("/")
        self.assertEqual(response.endpoint, self.b.url)
        self.assertIn(told(response)[1][0], ("hedge", "endpoint_ejected"))

    async def test_fifty_at_once(self):
        self.a.switch("cut")
        async with self.client() as client:
            responses = await asyncio.gather(*[client.get("/") for _ in range(50)])
        self.assertEqual({response.body for response in responses}, {self.b.body})


class Resources(ClientCase):
    def quiet(self):
        return not (self.a.open_connections() or self.b.open_connections())

    @staticmethod
    def descriptors():
        return len(os.listdir("/proc/self/fd"))

    async def test_no_connection_and_no_task_is_left(self):
        await self.one_of_each()
        before = self.descriptors()
        await self.one_of_each()
        await eventually(lambda: self.descriptors() <= before)
        self.assertEqual(asyncio.all_tasks(), {asyncio.current_task()})

    async def one_of_each(self):
        for mode in ("ok", "hang", "e503", "cut"):
            self.a.switch(mode)
            async with Client(self.urls, health="/health") as client:
                await client.get("/")
        await eventually(self.quiet)

    async def test_a_cancelled_get_ends_its_connections(self):
        self.a.switch("hang")
        self.b.switch("hang")
        async with Client(self.urls) as client:
            getting = asyncio.create_task(client.get("/"))
            await eventually(lambda: self.a.requests("/") and self.b.requests("/"))
            getting.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await getting
        await eventually(self.quiet)
