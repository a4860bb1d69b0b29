// Runs first on every page of the matrix and notes what happens there. It knows
// no loader: what it reads are the page's own events and the widget's counter.
(() => {
  const cell = {
    events: [],
    messages: [],
    errors: [],
    violations: [],
    loadEventAt: null,
    startedAt: null,
  };
  window.__cell = cell;
  const waiting = new Set();
  const wake = () => waiting.forEach((check) => check());
  const note = (list, entry) => {
    list.push({ at: performance.now(), ...entry });
    wake();
  };

  for (const name of ['attempt', 'failover', 'loaded', 'failed', 'warning']) {
    document.addEventListener(`hedgerow:${name}`, (event) => note(cell.events, { type: name, detail: event.detail }));
  }
  for (const level of ['debug', 'info', 'log', 'warn', 'error']) {
    const original = console[level];
    console[level] = (...args) => {
      note(cell.messages, { level, text: args.map(String).join(' ') });
      original.apply(console, args);
    };
  }
  addEventListener('error', (event) => {
    if (event.message) note(cell.errors, { text: event.message });
  });
  addEventListener('unhandledrejection', (event) => note(cell.errors, { text: `unhandled: ${event.reason}` }));
  document.addEventListener('securitypolicyviolation', (event) => {
    note(cell.violations, { directive: event.effectiveDirective, uri: event.blockedURI });
  });
  addEventListener('load', () => {
    cell.loadEventAt = performance.now();
    wake();
  });

  // The widget pushes into an array that it makes itself if there is none.
  window.__ran = new Proxy([], {
    set(target, key, value) {
      target[key] = value;
      if (key === 'length') wake();
      return true;
    },
  });

  const conditions = {
    settled: () => cell.events.some((event) => event.type === 'loaded' || event.type === 'failed'),
    ran: () => window.__ran.length > 0,
    load: () => cell.loadEventAt !== null,
    online: () => navigator.onLine,
  };

  /** Resolves to true once the named condition holds, to false after `limit` ms. */
  cell.until = (name, limit) => new Promise((resolve) => {
    const finish = (value) => {
      waiting.delete(check);
      clearTimeout(timer);
      resolve(value);
    };
    const check = () => conditions[name]() && finish(true);
    const timer = setTimeout(() => finish(false), limit);
    waiting.add(check);
    check();
  });

  cell.snapshot = () => JSON.parse(JSON.stringify({
    ...cell,
    now: performance.now(),
    ran: [...window.__ran],
    tampered: window.__tampered ?? [],
    strangers: window.__strangers ?? [],
    initialised: window.widget?.started ?? null,
    visibility: document.visibilityState,
    marks: performance.getEntriesByType('mark').map((mark) => mark.name),
    storage: [...stored('localStorage'), ...stored('sessionStorage')],
  }));

  function stored(name) {
    try {
      return Object.entries(window[name]).map(([key, value]) => ({ in: name, key, value }));
    } catch {
      return [];
    }
  }

  // The clock of "time to widget" starts where the parser reaches the loader's tag.
  cell.start = () => {
    cell.startedAt ??= performance.now();
  };
})();
