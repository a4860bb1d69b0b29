// The last loads as horizontal bars, so that loaders can be compared at a glance.

import { byId, el, ms, svg } from './dom.js';
import { faultNamed } from './faults.js';

const STORE = 'hedgerow-demo-history';
const KEPT = 8;
const NAMES = { hedgerow: 'Hedgerow', classic: 'Classic 3 s', tag: 'Plain tag' };

export class History {
  #entries;
  #list = byId('history');

  constructor() {
    this.#entries = JSON.parse(sessionStorage.getItem(STORE) ?? '[]');
    this.#draw();
  }

  /** Adds the load, or brings its entry up to date: a late answer can still change it. */
  record(load, faults) {
    const entry = {
      id: load.id,
      loader: load.scenario.loader,
      what: describe(load, faults),
      visible: load.visible ?? null,
      suppressed: Boolean(load.report?.surgeTier),
      runs: load.runs,
      tampered: load.tampered,
    };
    this.#entries = [entry, ...this.#entries.filter(({ id }) => id !== load.id)].slice(0, KEPT);
    this.#save();
  }

  clear() {
    this.#entries = [];
    this.#save();
  }

  #save() {
    sessionStorage.setItem(STORE, JSON.stringify(this.#entries));
    this.#draw();
  }

  #draw() {
    byId('clear-history').hidden = this.#entries.length === 0;
    if (this.#entries.length === 0) {
      this.#list.replaceChildren(el('li', { class: 'none' }, 'Load the page with two loaders, and their times stand here side by side.'));
      return;
    }
    const longest = Math.max(1, ...this.#entries.map(({ visible }) => visible ?? 0));
    this.#list.replaceChildren(...this.#entries.map((entry) => row(entry, longest)));
  }
}

function row({ loader, what, visible, suppressed, runs, tampered }, longest) {
  const never = visible === null;
  const missing = suppressed ? 'held back' : 'no chat';
  const share = never ? 100 : Math.max(0.5, (visible / longest) * 100);
  return el('li', { class: `row ${loader}${never ? (suppressed ? ' held' : ' never') : ''}` },
    el('div', { class: 'row-name' }, el('strong', null, NAMES[loader]), el('span', null, what)),
    svg('svg', { class: 'row-bar', 'aria-hidden': 'true' }, svg('rect', { width: `${share}%`, height: '100%', rx: 3 })),
    el('div', { class: 'row-value number' }, never ? missing : ms(visible), runs > 1 && el('em', null, 'ran twice'), tampered && el('em', null, 'tampered')));
}

function describe({ scenario }, faults) {
  const broken = faults.filter(({ fault }) => fault !== 'ok').map(({ id, fault }) => `${id} ${faultNamed(fault).title.toLowerCase()}`);
  const parts = [broken.join(', ') || 'both healthy'];
  if (scenario.loader === 'hedgerow') {
    parts.push(scenario.visitor === 'first' ? 'first view' : 'returning');
    if (scenario.wasm === 'no') parts.push('no WASM');
  }
  return parts.join(' · ');
}
