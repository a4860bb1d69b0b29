// The outcome of a load in one line, and what else a site's owner would ask about it.

import { el, ms, words } from './dom.js';

const SUPPRESSED = {
  3: 'The fallback stands on the page; a chat that is open already would go on.',
  4: 'Only the static fallback stands on the page.',
};
const TIMES = ['never ran', 'ran once', 'ran twice'];

export function drawHeadline(host, load) {
  if (!load) return host.replaceChildren(el('p', { class: 'big idle' }, 'Break a CDN, then load the page.'), el('p', { class: 'sub' }, 'The load is drawn here, millisecond by millisecond.'));
  const parts = [el('p', { class: `big ${tone(load)}` }, ...title(load)), el('p', { class: 'sub' }, story(load))];
  if (load.timeOrigin !== null) parts.push(el('ul', { class: 'facts' }, facts(load).map(([text, bad]) => el('li', { class: bad ? 'bad' : '' }, text))));
  host.replaceChildren(...parts);
}

function tone(load) {
  if (load.visible !== undefined) return 'good';
  if (load.report?.surgeTier) return 'held';
  return load.settled || load.report ? 'bad' : 'open';
}

function title(load) {
  if (load.visible !== undefined) return [el('span', { class: 'number' }, ms(load.visible)), ' to the chat'];
  if (load.report?.surgeTier) return [`Suppressed by surge tier ${load.report.surgeTier}`];
  if (load.report && !load.report.ok) return ['No chat: ', words(load.report.reason)];
  if (load.settled) return ['No chat'];
  return ['Loading'];
}

function story(load) {
  const { attempts } = load;
  const winner = attempts.find((attempt) => attempt.outcome === 'won');
  if (!winner) {
    if (load.report?.surgeTier) return SUPPRESSED[load.report.surgeTier];
    if (load.settled || load.report) return attempts.length > 0 ? `${list(attempts)}.` : 'No endpoint was tried.';
    return 'Waiting for the first CDN that answers.';
  }
  const others = attempts.filter((attempt) => attempt !== winner);
  if (others.length === 0) return `${winner.endpoint} answered at the first attempt.`;
  return `${winner.endpoint} delivered, started by ${words(winner.why)} at ${ms(winner.start)}. ${list(others)}.`;
}

const list = (attempts) => attempts.map(({ endpoint, outcome, reason }) => `${endpoint}: ${words(reason ?? outcome ?? 'still open')}`).join('. ');

function facts(load) {
  const { pageLoad } = load.markers;
  const found = [];
  if (load.report?.engine) found.push([load.report.engine === 'wasm' ? 'WASM engine' : 'JavaScript racer']);
  if (load.runs > 0 || load.settled) found.push([TIMES[load.runs] ?? `ran ${load.runs} times`, load.runs > 1]);
  if (load.tampered) found.push(['tampered code ran', true]);
  if (pageLoad !== undefined) found.push([`page's load event ${ms(pageLoad)}`, pageLoad > 1000]);
  const count = load.seen.filter((request) => !request.probe).length;
  found.push([`${count} CDN ${count === 1 ? 'request' : 'requests'}`]);
  return found;
}
