// Tells the control panel what happens on this page. A site needs none of this: it only listens to
// the signals that every page with Hedgerow has, and to what the browser itself reports.
(() => {
  const load = document.currentScript.dataset.load;
  if (parent === window) return;

  const plain = (detail) => JSON.parse(JSON.stringify(detail ?? null));
  const tell = (kind, detail, at = performance.now()) => parent.postMessage({ hedgerowDemo: load, kind, at, detail: plain(detail) }, location.origin);

  tell('start', { timeOrigin: performance.timeOrigin });

  for (const name of ['attempt', 'failover', 'loaded', 'failed', 'warning']) {
    document.addEventListener(`hedgerow:${name}`, (event) => tell('event', { name, ...plain(event.detail) }));
  }

  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) tell('mark', { name: entry.name }, entry.startTime);
  }).observe({ type: 'mark', buffered: true });

  addEventListener('load', () => tell('page-load'));
  addEventListener('error', (event) => event.message && tell('page-error', { message: event.message }));
  document.addEventListener('securitypolicyviolation', (event) =>
    tell('csp', { directive: event.effectiveDirective, blocked: event.blockedURI }));

  // The classic loader and the plain tag have no signals of their own: their script elements are watched.
  let scripts = 0;
  new MutationObserver((changes) => {
    for (const node of changes.flatMap((change) => [...change.addedNodes])) {
      if (node.nodeName !== 'SCRIPT' || !node.src || new URL(node.src).origin === location.origin) continue;
      const id = scripts++;
      tell('script', { id, url: node.src, state: 'inserted' });
      node.addEventListener('load', () => tell('script', { id, url: node.src, state: 'load' }));
      node.addEventListener('error', () => tell('script', { id, url: node.src, state: 'error' }));
    }
  }).observe(document, { childList: true, subtree: true });

  // The first thing that the tampered copy of the widget does is to call this.
  window.__tampered = { push: () => tell('tampered') };
})();
