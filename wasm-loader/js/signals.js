/*
 * What the page and its operator get to know.
 */
export const now = () => performance.now();
export const elapsed = (load) => Math.round(now() - load.started_);

/* In a microtask, so that listeners don't hold up the first download. */
export const emit = (name, detail) =>
  queueMicrotask(() => document.dispatchEvent(new CustomEvent('hedgerow:' + name, { detail })));

export const mark = (name) => performance.mark('hedgerow:' + name);

/* A message for people: in the console, the report and an event. */
export const say = (load, message) => {
  const { warnings } = load.report_;
  // A remote document may be wrong in more places than anybody reads.
  if (warnings[99]) return;
  warnings.push(message);
  console.warn('hedgerow: ' + message);
  emit('warning', { message });
};
