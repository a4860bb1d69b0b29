/*
 * What the page, its console and its operator get to know.
 */
import { NAMES } from './reasons.js';

export const now = () => performance.now();

export function emit(name, detail) {
  document.dispatchEvent(new CustomEvent('hedgerow:' + name, { detail }));
}

export function mark(name) {
  performance.mark?.('hedgerow:' + name);
}

/* A message for people: in the console, the report and an event. */
export function say(load, message) {
  load.report_.warnings.push(message);
  console.warn('hedgerow: ' + message);
  emit('warning', { message });
}

/*
 * The report goes out once, when there is nothing more to add to it. The seed
 * decides the sample, so that a view is in it or not as a whole.
 */
export function beacon(load) {
  const { url, sampleRate = 1 } = load.config_.report || {};
  if (!url || load.sent_ || load.pending_ || !load.consent_ || !load.ended_) return;
  load.sent_ = 1;
  try {
    if (load.seed_ / 2 ** 32 < sampleRate) navigator.sendBeacon(url, JSON.stringify(load.report_));
  } catch (error) {
    say(load, `report: not sent (${error.message})`);
  }
}

export const nameOf = (code) => NAMES[code] || 'reason_' + code;
