/*
 * What stands where the widget would be while it is not loaded.
 */
import { element, trusted } from './element.js';
import { say } from './signals.js';

/* Whether this visitor has a chat open, which goes on while load is shed. */
export function sessionOpen({ config_ }) {
  const { session } = config_;
  const { storageKey = session, cookie = session } = session?.big ? {} : session || {};
  try {
    return !!(
      (cookie && document.cookie.split('; ').some((pair) => pair.startsWith(cookie + '='))) ||
      (storageKey && (localStorage.getItem(storageKey) ?? sessionStorage.getItem(storageKey)) != null)
    );
  } catch {
    return false;
  }
}

/* Takes every call, and gives itself for every property. */
const inert = () => {
  const stub = new Proxy(function () {}, {
    // `await` must end, and text must be text.
    get: (_, key) => (key == 'then' ? undefined : key == Symbol.toPrimitive ? () => '' : stub),
    set: () => true,
    apply: () => stub,
    construct: () => stub,
  });
  return stub;
};

/* Stubs for the page's own calls, and the fallback for the visitor. */
export function suppress(load) {
  const { stub, fallback } = load.config_;
  for (const name of stub || []) window[name] ??= inert();
  if (!fallback) return;
  const show = () => {
    try {
      const { html, url, target } = fallback;
      const box = document.createElement('div');
      // Read out when it appears, and found again as a landmark.
      box.setAttribute('role', 'status');
      if (html) box.innerHTML = trusted('createHTML', html);
      else {
        const frame = document.createElement('iframe');
        frame.title = 'Chat is not available';
        frame.src = url;
        box.append(frame);
      }
      (target ? document.querySelector(target) : document.body).append(box);
    } catch (error) {
      say(load, `fallback: not shown (${error.message})`);
    }
  };
  if (document.readyState == 'loading') document.addEventListener('DOMContentLoaded', show);
  else show();
}
