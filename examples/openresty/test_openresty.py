"""nginx between clients and two servers, one of which breaks."""

import contextlib
import http.client
import os
import pwd
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

from upstream import Upstream

LUA = os.environ["LUA"]

CONFIGURATION = """
load_module /usr/lib/nginx/modules/ndk_http_module.so;
load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;
user @USER@;
worker_processes @WORKERS@;
daemon off;
pid nginx.pid;
error_log stderr warn;
events {}
http {
  log_format reasons '$request_method $uri $status | $hedgerow';
  access_log access.log reasons;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  lua_package_path "@LUA@/?.lua;;";
  lua_shared_dict hedgerow 1m;
  lua_socket_log_errors off;
  init_worker_by_lua_block {
    require("hedgerow").define {
      name = "cluster", dict = "hedgerow",
      endpoints = {
        { name = "A", host = "127.0.0.1", port = @A@ },
        { name = "B", host = "127.0.0.1", port = @B@, priority = 1 },
      },
      @OPTIONS@
      header = "X-Hedgerow",
    }
  }
  upstream balanced {
    server 0.0.0.1;
    balancer_by_lua_block { require("hedgerow").cluster("cluster"):balance() }
    keepalive 32;
  }
  server {
    listen 127.0.0.1:@PORT@;
    set $hedgerow "";
    header_filter_by_lua_block { require("hedgerow").cluster("cluster"):head() }
    log_by_lua_block { ngx.var.hedgerow = require("hedgerow").cluster("cluster"):log() }
    location / {
      content_by_lua_block { require("hedgerow").cluster("cluster"):serve("@balanced") }
    }
    location @balanced {
      proxy_pass http://balanced;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_next_upstream error timeout http_502 http_503 http_504;
    }
    location /hedges {
      content_by_lua_block { ngx.print(ngx.shared.hedgerow:get("cluster:hedges")) }
    }
    location /balanced/ {
      proxy_pass http://balanced;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_next_upstream error timeout http_502 http_503 http_504;
    }
  }
}
"""


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def eventually(condition):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if found := condition():
                return found
        time.sleep(0.02)
    raise AssertionError("it never came about")


class Nginx(unittest.TestCase):
    options = ""
    workers = 2

    def setUp(self):
        self.a, self.b = Upstream("a", b"a" * 100_000), Upstream("b", b"b" * 100_000)
        folder = tempfile.TemporaryDirectory()
        self.folder = Path(folder.name)
        self.folder.chmod(0o755)
        self.port = free_port()
        self.configure(self.options)
        self.log = (self.folder / "error.log").open("w+", encoding="utf-8")
        command = ["nginx", "-e", "stderr", "-p", str(self.folder)]
        command += ["-c", str(self.folder / "nginx.conf")]
        self.nginx = subprocess.Popen(command, stderr=self.log)
        for clean in (self.a.close, self.b.close, folder.cleanup, self.log.close, self.stop):
            self.addCleanup(clean)
        eventually(lambda: self.get("/warm").status == 200)

    def configure(self, options, order="AB"):
        text = CONFIGURATION.replace("@OPTIONS@", options)
        for name, value in {
            "USER": pwd.getpwuid(os.getuid()).pw_name,
            "WORKERS": str(self.workers),
            "LUA": LUA,
            "PORT": str(self.port),
            "A": str(self.a.port),
            "B": str(self.b.port),
        }.items():
            text = text.replace(f"@{name}@", value)
        if order == "BA":
            lines = text.splitlines(keepends=True)
            first = next(i for i, line in enumerate(lines) if 'name = "A"' in line)
            lines[first], lines[first + 1] = lines[first + 1], lines[first]
            text = "".join(lines)
        (self.folder / "nginx.conf").write_text(text, encoding="utf-8")

    def stop(self):
        self.nginx.terminate()
        self.nginx.wait(30)

    def workers_running(self):
        children = Path(f"/proc/{self.nginx.pid}/task/{self.nginx.pid}/children")
        return {int(worker) for worker in children.read_text(encoding="utf-8").split()}

    def reload(self, order="AB"):
        self.configure(self.options, order)
        before = self.workers_running()
        self.nginx.send_signal(signal.SIGHUP)
        eventually(lambda: not before & self.workers_running())

    def errors(self):
        self.log.flush()
        text = (self.folder / "error.log").read_text(encoding="utf-8")
        return [line for line in text.splitlines() if "[error]" in line or "[alert]" in line]

    def get(self, path="/", method="GET", headers=None, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            response = connection.getresponse()
            response.content = response.read()
            return response
        finally:
            connection.close()

    def check(self, path, status, body, route):
        response = self.get(path)
        self.assertEqual((response.status, response.content), (status, body))
        self.assertEqual(response.headers["X-Hedgerow"], route)

    def until_served_by(self, upstream, path="/"):
        eventually(lambda: self.get(path).headers["X-Upstream"] == upstream.name)

    def log_says(self, text):
        eventually(lambda: text in (self.folder / "error.log").read_text(encoding="utf-8"))


class OneRequest(Nginx):
    """By the sockets, and by the balancer."""

    # No probe comes in between, and a machine that is slow makes nobody look silent.
    options = "timeout = 1, hedge = 30,"
    paths = ("/x", "/balanced/x")

    def test_the_first_that_is_well_serves(self):
        for path in self.paths:
            with self.subTest(path):
                self.check(path, 200, self.a.body, "A: first_choice, won")
        self.assertEqual(self.errors(), [])

    def test_a_failure_is_failed_over_at_once(self):
        for path in self.paths:
            for mode, reason in (("refuse", "network_error"), ("e503", "http_status")):
                with self.subTest(f"{path} {mode}"):
                    self.a.switch(mode)
                    route = f"A: first_choice, {reason}; B: failover, won"
                    self.check(path, 200, self.b.body, route)
                    self.a.switch("ok")
                    # So that this failure does not eject it with the next.
                    for _ in range(20):
                        self.get(path)

    def test_nobody_serves(self):
        self.a.switch("refuse")
        self.b.switch("e503")
        for path in self.paths:
            with self.subTest(path):
                response = self.get(path)
                self.assertEqual(response.status, 503)
                route = "A: first_choice, network_error; B: failover, http_status"
                self.assertEqual(response.headers["X-Hedgerow"], route)

    def test_a_cut_body_is_not_taken_for_a_whole_one(self):
        self.a.switch("cut")
        for path in self.paths:
            with self.subTest(path), self.assertRaises(http.client.IncompleteRead):
                self.get(path)

    def test_what_cannot_be_repeated_goes_through_the_balancer_once(self):
        response = self.get("/x", "POST")
        self.assertEqual(response.content, self.a.body)
        self.a.switch("e503")
        response = self.get("/x", "POST")
        self.assertEqual(response.status, 503)
        self.assertEqual(response.headers["X-Hedgerow"], "A: first_choice, http_status")
        self.assertEqual(self.b.requests("/x"), 0)

    def test_what_cannot_be_repeated_is_waited_for(self):
        # The server takes three seconds, an attempt may take one.
        self.a.switch("slow")
        for path in self.paths:
            with self.subTest(path):
                response = self.get(path, "POST")
                self.assertEqual((response.status, response.content), (200, self.a.body))

    def test_a_request_with_a_body_arrives_whole(self):
        for path in self.paths:
            with self.subTest(path):
                response = self.get(path, headers={"Content-Length": "5"}, body=b"12345")
                self.assertEqual(response.content, self.a.body)
        self.assertEqual(self.a.bodies, [b"12345", b"12345"])

    def test_chunks_and_fields_of_two_lines_pass(self):
        self.a.switch("chunked")
        for path in self.paths:
            with self.subTest(path):
                response = self.get(path)
                self.assertEqual(response.content, self.a.body)
                self.assertEqual(response.headers.get_all("Set-Cookie"), ["a=1", "b=2"])
                # nginx's own proxy does not read what Connection names.
                hop = None if path == "/x" else "1"
                self.assertEqual(response.headers["X-Hop"], hop)

    def test_head_has_no_body(self):
        for path in self.paths:
            with self.subTest(path):
                response = self.get(path, "HEAD")
                self.assertEqual((response.status, response.content), (200, b""))
                self.assertEqual(response.headers["Content-Length"], str(len(self.a.body)))

    def test_a_log_has_the_reasons(self):
        self.get("/logged")
        line = "GET /logged 200 | A: first_choice, won"
        access = self.folder / "access.log"
        eventually(lambda: line in access.read_text(encoding="utf-8").splitlines())


class Silence(Nginx):
    options = "timeout = 1,"

    def test_silence_is_hedged_by_the_sockets(self):
        self.a.switch("hang")
        route = "A: first_choice, hedge_lost; B: hedge, won"
        self.check("/x", 200, self.b.body, route)

    def test_silence_is_timed_out_by_the_balancer(self):
        self.a.switch("hang")
        route = "A: first_choice, timeout; B: failover, won"
        self.check("/balanced/x", 200, self.b.body, route)


class Slowness(Nginx):
    # Whichever worker hears of another request's answer: all of them know.
    options = "timeout = 10, hedge = 1,"

    def test_a_page_that_is_slow_does_not_eject_its_endpoint(self):
        slow = [threading.Thread(target=self.get, args=("/balanced/slow",)) for _ in range(6)]
        for request in slow:
            request.start()
        eventually(lambda: self.a.requests("/balanced/slow") == len(slow))
        for _ in range(3):
            self.assertEqual(self.get("/balanced/").headers["X-Upstream"], "a")
        for request in slow:
            request.join()
        self.assertNotIn("A is ", (self.folder / "error.log").read_text(encoding="utf-8"))


class WithoutProbes(Nginx):
    options = "timeout = 1, hedge = 30,"

    def test_failures_before_a_reload_count_after_it(self):
        self.a.switch("e503")
        # With the request that found nginx ready, these are four of the five that a
        # rate of success needs.
        for _ in range(3):
            self.assertEqual(self.get().headers["X-Upstream"], "b")
        self.reload("BA")
        self.assertNotIn("A is ", (self.folder / "error.log").read_text(encoding="utf-8"))
        self.get()
        self.log_says("hedgerow: A is ejected: success_rate")


class Budget(Nginx):
    options = "timeout = 20, hedge = 0.5,"

    def test_workers_share_the_bucket_of_hedges_and_a_reload_does_not_fill_it(self):
        self.a.switch("hang")
        for _ in range(3):
            self.assertIn("B: hedge, won", self.get().headers["X-Hedgerow"])
        # A full bucket has ten thousand, a hedge costs a thousand, and what succeeds
        # earns fifty.
        left = 10_000 - 3 * 1000 + 3 * 50
        self.assertEqual(self.get("/hedges").content, b"%d" % left)
        self.reload()
        self.assertEqual(self.get("/hedges").content, b"%d" % left)


class ManyRequests(Nginx):
    options = 'health = { path = "/health", interval = 0.5, timeout = 0.25 },'

    def test_failures_eject_for_all_workers_and_probes_bring_back(self):
        self.a.switch("e503")
        eventually(lambda: self.first_choice() == "B")
        self.log_says("hedgerow: A is dead")
        self.until_all_workers_know()
        # Whichever worker is asked, none goes to A any more.
        for _ in range(20):
            self.assertEqual(self.first_choice(), "B")
        self.a.switch("ok")
        self.until_served_by(self.a)

    def test_probes_find_a_fault_that_no_request_has_met(self):
        self.a.switch("hang")
        self.log_says("hedgerow: A is failing: probes_fail")
        self.until_served_by(self.b)
        self.assertEqual(self.first_choice(), "B")

    def test_silent_requests_of_the_balancer_eject_before_they_are_timed_out(self):
        self.a.switch("hang")
        eventually(lambda: self.first_choice("/balanced/") == "B")
        self.assertEqual([line for line in self.errors() if "lua" in line], [])

    def test_a_reload_in_an_outage_forgets_nothing(self):
        self.a.switch("refuse")
        self.log_says("hedgerow: A is failing")
        self.until_served_by(self.b)
        self.until_all_workers_know()
        for order in ("AB", "BA"):
            with self.subTest(order):
                self.reload(order)
                for _ in range(10):
                    self.assertEqual(self.first_choice(), "B")
        self.a.switch("ok")
        self.until_served_by(self.a)

    def test_nobody_notices_reloads_in_an_outage(self):
        for mode in ("refuse", "hang"):
            with self.subTest(mode):
                self.a.switch(mode)
                eventually(lambda: self.first_choice() == "B")
                self.until_all_workers_know()
                served, over = [], threading.Event()

                def ask(served=served, over=over):
                    while not over.is_set():
                        response = self.get("/asked")
                        first = response.headers["X-Hedgerow"].split(":")[0]
                        served.append((response.status, first))

                clients = [threading.Thread(target=ask) for _ in range(2)]
                for client in clients:
                    client.start()
                for order in ("BA", "AB"):
                    self.reload(order)
                    asked = len(served)
                    eventually(lambda served=served, asked=asked: len(served) > asked + 20)
                over.set()
                for client in clients:
                    client.join()
                self.assertEqual(set(served), {(200, "B")})
                self.a.switch("ok")
                self.until_served_by(self.a)

    def test_a_worker_that_dies_takes_no_knowledge_with_it(self):
        self.a.switch("refuse")
        self.log_says("hedgerow: A is failing")
        self.until_served_by(self.b)
        before = self.workers_running()
        for worker in before:
            os.kill(worker, signal.SIGKILL)
        eventually(lambda: len(self.workers_running() - before) == self.workers)
        eventually(lambda: self.get().status == 200)
        self.assertEqual(self.first_choice(), "B")
        self.a.switch("ok")
        self.until_served_by(self.a)

    def first_choice(self, path="/"):
        return self.get(path).headers["X-Hedgerow"].split(":")[0]

    @staticmethod
    def until_all_workers_know():
        # They look every 10 ms, and before each request; what was found is told in
        # the log a moment before it is published.
        time.sleep(0.5)


class Sessions(Nginx):
    options = """
      health = { path = "/health", interval = 0.5, timeout = 0.25 },
      affinity = { cookie = "gcbSessionServer", query = "co-browse-node-id", mode = "owner" },
    """

    def test_a_session_goes_where_it_is(self):
        cookie = {"Cookie": "a=b; gcbSessionServer=3f9c.B"}
        for path in ("/", "/balanced/"):
            with self.subTest(path):
                self.assertEqual(self.get(path, headers=cookie).headers["X-Upstream"], "b")
                node = self.get(path + "?co-browse-node-id=B")
                self.assertEqual(node.headers["X-Upstream"], "b")
                self.assertEqual(self.get(path).headers["X-Upstream"], "a")

    def test_a_session_whose_node_is_down_is_lost_and_its_client_is_told(self):
        cookie = {"Cookie": "gcbSessionServer=B"}
        self.assertIsNone(self.get(headers=cookie).headers["X-Hedgerow-Session"])
        self.b.switch("refuse")
        self.log_says("hedgerow: B is failing")
        eventually(lambda: self.get(headers=cookie).headers["X-Hedgerow-Session"] == "lost")
        self.assertEqual(self.get(headers=cookie).headers["X-Upstream"], "a")


if __name__ == "__main__":
    unittest.main()
