// What stands under the timeline, in words: attempts, the page's events, the CDNs' requests.

import { el, ms } from './dom.js';

const MARKS = { won: '✓', failed: '✕', lost: '–', cancelled: '–', ran_again: '!' };

export function drawAttempts(table, load) {
  const attempts = load?.attempts ?? [];
  const head = el('thead', null, el('tr', null, ['CDN', 'Started because', 'Outcome', 'Reason'].map((text) => el('th', { scope: 'col' }, text)),
    el('th', { scope: 'col', class: 'number' }, 'Start'), el('th', { scope: 'col', class: 'number' }, 'End')));
  const rows = attempts.map(({ endpoint, why, outcome, reason, start, end, url }) => el('tr', null,
    el('th', { scope: 'row', title: url }, endpoint),
    el('td', null, el('code', null, why)),
    el('td', null, el('span', { class: `outcome ${outcome ?? 'open'}` }, `${MARKS[outcome] ?? '…'} ${outcome ?? 'open'}`)),
    el('td', null, reason && reason !== outcome ? el('code', null, reason) : ''),
    el('td', { class: 'number' }, ms(start)),
    el('td', { class: 'number' }, end === undefined ? '' : ms(end))));
  const none = el('tr', null, el('td', { colspan: 6, class: 'none' }, load ? 'No attempt was started.' : 'The attempts of the next load appear here.'));
  table.replaceChildren(head, el('tbody', null, rows.length > 0 ? rows : none));
}

export function drawEvents(list, load) {
  fillLog(list, (load?.events ?? []).toSorted((a, b) => a.at - b.at).map(({ at, name, text, tone }) => line(at, name, text, tone)), 'No event yet.');
}

export function drawRequests(list, load) {
  const rows = (load?.seen ?? []).map((request) => line(request.at, request.cdn, described(request), request.outcome));
  fillLog(list, rows, load ? 'No request has reached a CDN.' : 'No request yet.');
}

function described({ method, path, status, outcome, probe, took }) {
  const after = took === undefined ? '' : ` after ${ms(took)}`;
  return `${method} ${path.split('/').at(-1)}${probe ? ' (probe)' : ''}: ${END[outcome](status)}${after}`;
}

const END = {
  open: () => 'open',
  sent: (status) => `${status}, sent`,
  aborted: (status) => `${status ?? 'no answer'}, ended by the browser`,
  cut: (status) => `${status ?? 'no answer'}, cut by the CDN`,
};

const line = (at, name, text, tone) => el('li', { class: `tone-${tone}` }, el('span', { class: 'number' }, ms(at)), el('code', null, name), el('span', null, text));

function fillLog(list, rows, none) {
  list.replaceChildren(...(rows.length > 0 ? rows : [el('li', { class: 'none' }, none)]));
}
