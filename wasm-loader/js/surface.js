/*
 * What stands where the widget would be while it is not loaded.
 */
import { say } from './signals.js';
import { trusted } from './trusted.js';

/* Takes every call, and gives itself for every property. */
const stub = () => {
  const self = new Proxy(function () {}, {
    // `await` must end, and text must be text.
    get: (_, key) => (key == 'then' ? undefined : key == Symbol.toPrimitive ? () => '' : self),
    set: () => true,
    apply: () => self,
    construct: () => self,
  });
  return self;
};

/* Stubs for the page's own calls, and the fallback for the visitor. */
export function suppress(load) {
  const { html, url, target } = load.fallback_;
  for (const name of load.stub_) window[name] ??= stub();
  if (!html && !url) return;
  const show = () => {
    try {
      const box = document.createElement('div');
      // Screen readers say it when it appears.
      box.setAttribute('role', 'status');
      if (html) box.innerHTML = trusted('createHTML', html);
      else {
        const frame = document.createElement('iframe');
        frame.title = 'Chat';
        frame.src = url;
        box.append(frame);
      }
      document.querySelector(target).append(box);
    } catch (error) {
      say(load, 'fallback: not shown, ' + error.message);
    }
  };
  if (document.readyState[0] == 'l') document.addEventListener('DOMContentLoaded', show);
  else show();
}
