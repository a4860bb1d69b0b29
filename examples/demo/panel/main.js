import { Controls } from './controls.js';
import { byId, el } from './dom.js';
import { drawHeadline } from './headline.js';
import { History } from './history.js';
import { Load } from './load-model.js';
import { clearMemory, describeMemory } from './memory.js';
import { drawAttempts, drawEvents, drawRequests } from './tables.js';
import { drawTimeline } from './timeline.js';

// Drawing shares a thread with the page that is measured, so it waits for a moment of its own.
const REDRAW_MS = 120;
const COMPARED = ['tag', 'classic', 'hedgerow'];

const history = new History();
let controls;
let load = null;
let frame = null;
let timer = null;

async function call(path, body) {
  const response = await fetch(path, body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

const reported = (task) => async (...args) => {
  try {
    notice(null);
    return await task(...args);
  } catch (error) {
    notice(error instanceof TypeError ? 'The demo does not answer. Is it still running?' : error.message);
    throw error;
  }
};

function notice(text) {
  byId('notice').hidden = !text;
  byId('notice').textContent = text ?? '';
}

function draw() {
  drawHeadline(byId('headline'), load);
  drawTimeline(byId('timeline'), load);
  drawAttempts(byId('attempts'), load);
  drawEvents(byId('events'), load);
  drawRequests(byId('requests'), load);
  byId('memory').textContent = describeMemory();
}

function tick() {
  timer = null;
  if (!load) return;
  draw();
  if (load.visible !== undefined || load.settled) history.record(load, load.faults);
  byId('results').setAttribute('aria-busy', String(!load.settled));
  if (load.settled) load.finished();
  else redraw();
}

function redraw() {
  timer ??= setTimeout(tick, REDRAW_MS);
}

/** Opens the page in the frame; resolves when nothing more is to be expected of it. */
async function start(scenario) {
  load?.finished();
  frame?.remove();
  if (scenario.visitor === 'first') clearMemory();
  await controls.settled;
  const { id, url } = await call('/api/load', scenario);
  const { cdns } = controls.state;
  const finished = new Promise((resolve) => {
    load = Object.assign(new Load({ id, scenario, cdns }), { faults: cdns, finished: resolve });
  });
  frame = el('iframe', { src: url, title: 'The shop, with its chat', name: `load-${id}` });
  byId('frame').replaceChildren(frame);
  byId('results').setAttribute('aria-busy', 'true');
  byId('open-page').hidden = false;
  byId('open-page').href = url;
  redraw();
  return finished;
}

const submit = reported(async () => {
  const finished = start(controls.scenario);
  // On a narrow screen the results stand below the form.
  if (byId('results').getBoundingClientRect().top > innerHeight / 2) byId('results').scrollIntoView();
  await finished;
});

const compare = reported(async () => {
  busy(true);
  try {
    for (const loader of COMPARED) await start({ ...controls.scenario, loader, visitor: 'first' });
  } finally {
    busy(false);
  }
});

function busy(yes) {
  byId('load').disabled = yes;
  byId('compare').disabled = yes;
}

function listen() {
  addEventListener('message', ({ data, origin, source }) => {
    if (origin !== location.origin || source !== frame?.contentWindow || data?.hedgerowDemo !== load?.id) return;
    load.handleMessage(data);
    redraw();
  });
  const stream = new EventSource('/api/stream');
  stream.addEventListener('request', ({ data }) => {
    const request = JSON.parse(data);
    if (!load || (load.timeOrigin !== null && request.wall < load.timeOrigin)) return;
    load.handleRequest(request);
    redraw();
  });
  stream.addEventListener('open', () => { byId('connection').textContent = ''; });
  stream.addEventListener('error', () => { byId('connection').textContent = 'The demo has ended'; });

  byId('controls').addEventListener('submit', (event) => {
    event.preventDefault();
    submit().catch(() => {});
  });
  byId('compare').addEventListener('click', () => compare().catch(() => {}));
  byId('clear-memory').addEventListener('click', () => {
    clearMemory();
    draw();
  });
  byId('clear-history').addEventListener('click', () => history.clear());
  new ResizeObserver(() => drawTimeline(byId('timeline'), load)).observe(byId('timeline'));
}

const begin = reported(async () => {
  const state = await call('/api/state');
  controls = new Controls({ state, post: reported(call) });
  if (state.problem) notice(state.problem);
  listen();
  draw();
});

begin().catch(() => {});
