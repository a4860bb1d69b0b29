// Draws what /state says, and again every two seconds. Everything is put in as
// text, so nothing in the state can become markup.

'use strict';

const EVERY_MS = 2000;
const KEY = 'hedgerow-admin-token';

const byId = (id) => document.getElementById(id);

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined && text !== null) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function row(cells) {
  const made = element('tr');
  made.append(...cells);
  return made;
}

/** A cell with a line and smaller ones below it. */
function cell(line, below = [], className) {
  const made = element('td', line, className);
  for (const text of below) if (text) made.append(element('small', text));
  return made;
}

/** A time of today, or else the day too: what is set may hold for a month. */
function clock(text) {
  const at = new Date(text);
  const today = at.toDateString() === new Date().toDateString();
  return today ? at.toLocaleTimeString() : at.toLocaleString();
}

function until(set) {
  return set.until ? `until ${clock(set.until)}` : 'until it is undone';
}

function who(set) {
  return `${set.by}${set.reason ? `: ${set.reason}` : ''}`;
}

function use(endpoint) {
  if (endpoint.inUse) return ['● in use', 'good'];
  const words = { draining: 'care', maintenance: 'care' };
  return [`○ ${endpoint.why}`, words[endpoint.why] || 'bad'];
}

function endpointRow(endpoint) {
  const { requests, latencyMs, connections, ejection, probes, stateSet, weightSet } = endpoint;
  const name = element('th', endpoint.id);
  name.scope = 'row';
  for (const text of [endpoint.url, endpoint.region]) {
    if (text) name.append(element('small', text));
  }
  const [word, colour] = use(endpoint);
  const health = endpoint.health === 'healthy' ? 'good' : 'bad';
  return row([
    name,
    cell(word, [endpoint.restUntil && `asked for rest until ${clock(endpoint.restUntil)}`], colour),
    cell(
      endpoint.state,
      stateSet ? [until(stateSet), who(stateSet)] : [],
      endpoint.state === 'active' ? '' : 'care',
    ),
    cell(
      endpoint.health,
      [
        endpoint.healthSince && `${endpoint.healthWhy}, since ${clock(endpoint.healthSince)}`,
        ejection.count > 0 && `ejected ${ejection.count} times`,
        ejection.until && `tried again at ${clock(ejection.until)}`,
        probes && probes.failuresInARow > 0 && `${probes.failuresInARow} probes failed`,
      ],
      health,
    ),
    cell(
      `${endpoint.priority} / ${endpoint.weight}`,
      weightSet ? [until(weightSet), who(weightSet)] : [],
      'number',
    ),
    cell(
      latencyMs.mean ? `${latencyMs.mean} ms` : '–',
      [latencyMs.p95 && `p95 ${latencyMs.p95} ms`],
      'number',
    ),
    cell(
      requests.sent,
      [`${requests.won} won`, requests.recent > 0 && `${requests.recentSuccessPercent} % well`],
      'number',
    ),
    cell(requests.hedges, [`${requests.hedgesWon} won`], 'number'),
    cell(requests.inFlight, [`${connections.open} connections`], 'number'),
  ]);
}

const COLUMNS = [
  'Endpoint',
  'Use',
  'State',
  'Health',
  'Priority / weight',
  'Latency',
  'Requests',
  'Hedges',
  'In flight',
];

/** Where the columns of numbers begin. */
const NUMBERS = COLUMNS.indexOf('Priority / weight');

function drillLine(drill) {
  const told = `${drill.requests} requests, ${drill.moved} moved, ${drill.failed} failed`;
  const first =
    drill.firstElsewhereMs === null
      ? 'no answer elsewhere yet'
      : `first answer elsewhere after ${drill.firstElsewhereMs} ms`;
  return drill.underWay
    ? `Drill: ${drill.endpoint} is treated as failing (${drill.mode}) until ${clock(drill.until)}. ${told}; ${first}.`
    : `Last drill: ${drill.endpoint} (${drill.mode}), ended ${clock(drill.ended)}. ${told}; ${first}.`;
}

function upstreamSection(upstream) {
  const made = element('section');
  made.append(element('h2', upstream.id));
  const { hedges, mostHedges, retries } = upstream.budgets;
  made.append(element('p', `Budgets: ${hedges} of ${mostHedges} hedges, ${retries} retries.`));
  if (upstream.swap) {
    const pair = (upstream.swap.endpoints || upstream.swap.groups).join(' and ');
    const text = `${pair} have changed places ${until(upstream.swap)}. ${who(upstream.swap)}`;
    made.append(element('p', text, 'care'));
  }
  if (upstream.drill) {
    made.append(element('p', drillLine(upstream.drill), upstream.drill.underWay ? 'care' : ''));
  }
  const table = element('table');
  const head = element('thead');
  const columns = COLUMNS.map((text, at) => element('th', text, at < NUMBERS ? '' : 'number'));
  for (const column of columns) column.scope = 'col';
  head.append(row(columns));
  const body = element('tbody');
  body.append(...upstream.endpoints.map(endpointRow));
  table.append(head, body);
  made.append(table);
  return made;
}

function draw(state) {
  document.title = `${state.name} – Hedgerow`;
  byId('name').textContent = state.name;
  const megabytes = Math.round(state.store.bytes / 1048576);
  byId('summary').textContent =
    `hedgerow-edge ${state.version}, since ${new Date(state.started).toLocaleString()}. ` +
    `${state.connections} connections, ${state.store.keys} keys and ${megabytes} MiB stored, ` +
    `${state.flights} flights with ${state.waiting} waiting.`;
  byId('upstreams').replaceChildren(...state.upstreams.map(upstreamSection));
}

let timer;

async function look() {
  clearTimeout(timer);
  const token = sessionStorage.getItem(KEY);
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  try {
    const response = await fetch('/state', { headers, cache: 'no-store' });
    byId('ask').hidden = response.status !== 401;
    if (response.status === 401) {
      byId('notice').textContent = token ? 'This is not the token.' : '';
      return;
    }
    if (!response.ok) throw new Error(`the proxy answers ${response.status}`);
    draw(await response.json());
    byId('notice').textContent = '';
  } catch (error) {
    byId('notice').textContent = `What is shown is old: ${error.message}.`;
  }
  if (!document.hidden) timer = setTimeout(look, EVERY_MS);
}

byId('ask').addEventListener('submit', (event) => {
  event.preventDefault();
  sessionStorage.setItem(KEY, byId('token').value);
  byId('token').value = '';
  look();
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) look();
});
look();
