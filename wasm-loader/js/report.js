/*
 * The report, and who gets it.
 */
import { NAMES } from './reasons.js';
import { say } from './signals.js';

export const nameOf = (code) => NAMES[code] || 'reason_' + code;

/*
 * Sends the report, once, when there is nothing more to add to it. The seed
 * decides the sample, so that a view is in it or not as a whole.
 */
export const beacon = (load) => {
  if (load.sent_ || load.pending_ || !load.consent || !load.report_.reason) return;
  const { url, sampleRate } = load.report;
  if (!url) return;
  load.sent_ = 1;
  try {
    if (load.seed_ < sampleRate * 2 ** 32) navigator.sendBeacon(url, JSON.stringify(load.report_));
  } catch (error) {
    say(load, 'report: not sent, ' + error);
  }
};
