// Every way in which a CDN of the demo can fail: one table for the CDN itself,
// the panel and the matrix.
//
// `kind` says what a visitor's browser notices:
//   healthy  nothing is wrong
//   at_once  the failure is visible within milliseconds
//   silent   nothing ever happens, or too little: only a deadline or a hedge helps
//   late     a good answer, but after `LATE_MS`
// `at` says where it is produced: in the listening socket, in the response, or in
// the address or policy that the page uses.

export const LATE_MS = 3200;

const fault = (kind, at, text) => Object.freeze({ kind, at, text });

export const FAULTS = Object.freeze({
  ok: fault('healthy', 'response', 'healthy'),
  refused: fault('at_once', 'socket', 'connection refused'),
  dns: fault('at_once', 'address', 'host name does not resolve'),
  tls_mismatch: fault('at_once', 'socket', 'certificate of another host'),
  blackhole: fault('silent', 'socket', 'SYN packets are dropped'),
  slow_headers: fault('silent', 'response', 'header lines trickle in, without end'),
  drip: fault('silent', 'response', 'a few body bytes per second'),
  stall: fault('silent', 'response', 'half of the body, then silence'),
  http_404: fault('at_once', 'response', '404 with an error page'),
  http_500: fault('at_once', 'response', '500 with an error page'),
  http_503: fault('at_once', 'response', '503 with an error page'),
  html: fault('at_once', 'response', '200 with an HTML page in place of the script'),
  empty: fault('at_once', 'response', '200 with an empty body'),
  truncated: fault('at_once', 'response', 'connection closed in mid-body'),
  reset: fault('at_once', 'response', 'connection reset after the request'),
  tampered: fault('at_once', 'response', 'foreign code added to the script'),
  cors_missing: fault('at_once', 'response', 'no Access-Control-Allow-Origin header'),
  mixed: fault('at_once', 'address', 'http URL on an https page'),
  redirect_http: fault('at_once', 'response', 'redirect from https to http'),
  csp_blocked: fault('at_once', 'address', "the page's policy does not allow the host"),
  throws: fault('at_once', 'response', 'the script throws before it is set up'),
  ready_missing: fault('at_once', 'response', 'a script that runs but is not the widget'),
  late: fault('late', 'response', `the right answer after ${LATE_MS / 1000} s`),
});

export const faultNames = Object.freeze(Object.keys(FAULTS));
