// One load of the page, put together from what its page and its CDNs told. Times are milliseconds
// since the navigation began, by the page's own clock.

const SETTLED_MS = 600;
const TRIES = { classic: 2, tag: 1 };
// Hedgerow reports by its total deadline; the others never say that they have given up.
const GIVEN_UP_MS = { hedgerow: 12_000, classic: 8000, tag: 6000 };

export class Load {
  constructor({ id, scenario, cdns }) {
    this.id = id;
    this.scenario = scenario;
    this.cdns = cdns;
    this.timeOrigin = null;
    this.attempts = [];
    this.events = [];
    this.requests = new Map();
    this.markers = {};
    this.runs = 0;
    this.tampered = false;
    this.report = null;
  }

  get hedgerow() {
    return this.scenario.loader === 'hedgerow';
  }

  /** Time by the page's clock, also while nothing is reported. */
  get now() {
    return this.timeOrigin === null ? 0 : performance.timeOrigin + performance.now() - this.timeOrigin;
  }

  /** The end of what is known: the last bar, marker or message. */
  get extent() {
    const ends = this.attempts.map((attempt) => attempt.end ?? (this.settled ? attempt.start : this.now));
    return Math.max(0, ...ends, ...Object.values(this.markers));
  }

  /** When the visitor had the chat, or undefined. */
  get visible() {
    return this.markers.visible;
  }

  get decided() {
    if (this.hedgerow) return this.report !== null && (!this.report.ok || this.visible !== undefined);
    if (this.attempts.some((attempt) => attempt.end === undefined)) return false;
    return this.visible !== undefined || this.attempts.filter(({ outcome }) => outcome === 'failed').length === TRIES[this.scenario.loader];
  }

  /** Nothing more is expected: what was to come has come, or has been waited for long enough. */
  get settled() {
    if (this.timeOrigin === null) return false;
    const quiet = this.now - (this.last ?? 0) > SETTLED_MS;
    return this.now > GIVEN_UP_MS[this.scenario.loader] || (this.decided && this.markers.pageLoad !== undefined && quiet);
  }

  handleMessage({ kind, at, detail }) {
    this.last = at;
    this[`on_${kind.replaceAll('-', '_')}`]?.(at, detail);
  }

  handleRequest(request) {
    this.requests.set(request.number, request);
  }

  on_start(at, { timeOrigin }) {
    this.timeOrigin = timeOrigin;
  }

  on_mark(at, { name }) {
    const known = { 'hedgerow:start': 'start', 'hedgerow:commit': 'commit', 'shop:chat-visible': 'visible' };
    if (known[name]) this.markers[known[name]] ??= at;
    if (name === 'widget:run') this.countRun(at);
  }

  on_page_load(at) {
    this.markers.pageLoad = at;
  }

  on_tampered(at) {
    this.tampered = true;
    this.log(at, 'run', 'tampered code ran', 'failed');
  }

  countRun(at) {
    this.runs += 1;
    const again = this.runs > 1;
    this.log(at, 'run', again ? `the widget ran again, ${this.runs} times in all` : 'the widget ran', again ? 'failed' : 'plain');
  }

  on_page_error(at, { message }) {
    this.log(at, 'page error', message);
  }

  on_csp(at, { directive, blocked }) {
    this.log(at, 'csp', `${directive} blocked ${blocked}`);
  }

  on_script(at, { id, url, state }) {
    const endpoint = this.cdns.find((cdn) => url.startsWith(`${cdn.url}/`))?.id;
    this.log(at, 'script', `${endpoint ?? new URL(url).host} ${state}`);
    // Hedgerow tells of its attempts itself; its script element is only the commit.
    if (this.hedgerow) return;
    if (state === 'inserted') {
      const why = this.scenario.loader === 'tag' ? 'script_tag' : ['first_choice', 'timeout_3_s'][this.attempts.length];
      this.attempts.push({ id, endpoint, url, why, start: at, outcome: null, reason: null });
      return;
    }
    const attempt = this.attempts.find((one) => one.id === id);
    const first = !this.attempts.some((one) => one.outcome === 'won');
    const outcome = state === 'error' ? 'failed' : first ? 'won' : 'ran_again';
    Object.assign(attempt, { end: at, outcome, reason: { failed: 'error_event', won: 'load_event', ran_again: 'late_answer' }[outcome] });
  }

  on_event(at, { name, ...detail }) {
    this.log(at, `hedgerow:${name}`, EVENT_TEXT[name](detail), name);
    if (name === 'attempt') {
      const { attempt, endpoint, url, why, asset } = detail;
      this.attempts.push({ id: attempt, endpoint, url, why, asset, start: at, outcome: null, reason: null });
    }
    if (name === 'failover') this.failAttempt(at, detail);
    if (name === 'loaded' || name === 'failed') this.complete(at, detail);
  }

  /** A failover names the attempt that ended, before the report does. */
  failAttempt(at, { from, reason }) {
    const attempt = this.attempts.findLast((one) => one.endpoint === from && one.end === undefined);
    if (attempt && reason !== 'hedge') Object.assign(attempt, { end: at, outcome: 'failed', reason });
  }

  complete(at, report) {
    this.report = report;
    this.markers.end = at;
    const base = this.markers.start ?? at - report.durationMs;
    this.attempts = report.attempts.map((attempt, id) => ({
      ...attempt,
      id,
      start: base + attempt.startedMs,
      end: attempt.endedMs === undefined || attempt.endedMs === null ? at : base + attempt.endedMs,
    }));
  }

  log(at, name, text, tone = 'plain') {
    this.events.push({ at, name, text, tone });
  }

  /** Requests of this load in the page's time, in the order in which the CDNs saw them. */
  get seen() {
    return [...this.requests.values()].map((request) => ({ ...request, at: request.wall - (this.timeOrigin ?? request.wall) }));
  }
}

const EVENT_TEXT = {
  attempt: ({ endpoint, why }) => `${endpoint}, ${why}`,
  failover: ({ from, to, reason }) => `${from} to ${to ?? 'nowhere'}, ${reason}`,
  loaded: ({ endpoint, durationMs }) => `${endpoint}, ${Math.round(durationMs)} ms`,
  failed: ({ reason, attempts }) => `${reason} after ${attempts.length} ${attempts.length === 1 ? 'attempt' : 'attempts'}`,
  warning: ({ message }) => message,
};
