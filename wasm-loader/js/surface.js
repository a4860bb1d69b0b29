/*
 * What stands where the widget would be while it is not loaded.
 */
import { say } from './signals.js';
import { trusted } from './trusted.js';

/* Takes every call, and gives itself for every property. */
const stub = () => {
  // A bound function may be called and constructed, and has no property that
  // must stay as it is.
  const self = new Proxy(Object.bind(), {
    // `await` must end, and text must be text.
    get: (_, key) => (key == 'then' ? undefined : key == Symbol.toPrimitive ? () => '' : self),
    set: () => true,
    apply: () => self,
    construct: () => self,
  });
  return self;
};

/* Stubs for the page's own calls, and the fallback for the visitor. */
export function suppress(load, tier) {
  load.report_.surgeTier = tier;
  const { html, url, target } = load.fallback;
  for (const name of load.stub) window[name] ??= stub();
  if (!html && !url) return;
  const show = () => {
    try {
      const box = document.createElement('div');
      // Screen readers say it when it appears.
      box.setAttribute('role', 'status');
      if (html) box.innerHTML = trusted('createHTML', html);
      else box.append(Object.assign(document.createElement('iframe'), { title: 'Chat', src: url }));
      document.querySelector(target).append(box);
    } catch (error) {
      say(load, 'fallback: not shown, ' + error);
    }
  };
  if (document.readyState[0] == 'l') document.addEventListener('DOMContentLoaded', show);
  else show();
}
