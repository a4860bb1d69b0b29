// The form: two CDNs with their fault pickers, the page's mode, the refresh document.

import { byId, el } from './dom.js';
import { FAULTS, GROUPS, faultNamed } from './faults.js';

const NEEDS_HTTPS = 'Only on an https page; the README says how.';
const GAP = 6;

export class Controls {
  #form = byId('controls');
  #post;
  #cards = new Map();
  #sent = Promise.resolve();

  /** `post(path, body)` sends a change to the demo's server and resolves to its new state. */
  constructor({ state, post }) {
    this.#post = post;
    for (const cdn of state.cdns) this.#cards.set(cdn.id, this.#card(cdn, state.unavailable));
    byId('cdns').append(...[...this.#cards.values()].map((card) => card.node));
    byId('drains').append(...state.cdns.map(({ id }) => el('label', null,
      el('input', { type: 'checkbox', name: 'drain', value: id }), el('span', null, `Drain ${id}`))));
    this.#form.addEventListener('change', ({ target }) => {
      if (target.name === 'surge' || target.name === 'drain') this.#sendRefresh();
      if (target.name === 'loader') this.#showLoader();
    });
    for (const input of this.#form.elements) {
      if (input.name === 'surge') input.checked = Number(input.value) === state.refresh.surge.tier;
      if (input.name === 'drain') input.checked = state.refresh.endpoints.some(({ id, state: now }) => id === input.value && now === 'drain');
    }
    this.update(state);
    this.#showLoader();
  }

  get scenario() {
    const { loader, mode, wasm, visitor } = Object.fromEntries(new FormData(this.#form));
    return { loader, mode: mode ?? 'integrity', wasm: wasm ?? 'yes', visitor: visitor ?? 'first' };
  }

  update(state) {
    this.state = state;
    for (const { id, fault, url } of state.cdns) {
      const { title, line } = faultNamed(fault);
      const { node, name, text, button, radios } = this.#cards.get(id);
      node.dataset.group = faultNamed(fault).group ?? 'ok';
      name.textContent = title;
      text.textContent = line;
      button.title = url;
      radios.get(fault).checked = true;
    }
    byId('refresh-hint').textContent = `/refresh.json, version ${state.refresh.version}. No view waits for it, so it counts from the next view on.`;
  }

  /** Resolves when every change made so far counts. */
  get settled() {
    return this.#sent;
  }

  /** Changes go out one after the other: an answer must not bring back an older choice. */
  #send(path, body) {
    const sent = this.#sent.then(async () => this.update(await this.#post(path, body)));
    this.#sent = sent.catch(() => {});
  }

  #sendRefresh() {
    const data = new FormData(this.#form);
    this.#send('/api/refresh', { surge: Number(data.get('surge')), drained: data.getAll('drain') });
  }

  #showLoader() {
    const { loader } = this.scenario;
    for (const part of this.#form.querySelectorAll('[data-only]')) {
      const off = !part.dataset.only.split(' ').includes(loader);
      part.classList.toggle('off', off);
      for (const input of part.querySelectorAll('input, button')) input.disabled = off;
    }
  }

  #card({ id }, unavailable) {
    const name = el('strong', null);
    const text = el('span', null);
    const radios = new Map();
    const option = (fault) => {
      const off = unavailable.includes(fault.name);
      const input = el('input', { type: 'radio', name: `fault-${id}`, value: fault.name, disabled: off });
      radios.set(fault.name, input);
      return el('label', { class: off ? 'option off' : 'option' }, input,
        el('span', null, el('strong', null, fault.title), el('small', null, off ? NEEDS_HTTPS : fault.line)));
    };
    const groups = GROUPS.map((group) => el('fieldset', null,
      el('legend', null, group.title, el('small', null, group.line)),
      FAULTS.filter((fault) => fault.group === group.id).map(option)));
    const picker = el('div', { id: `faults-${id}`, class: 'faults', popover: 'auto', role: 'dialog', 'aria-label': `How ${id} behaves` },
      el('fieldset', { class: 'healthy' }, el('legend', { class: 'hidden' }, 'Healthy'), FAULTS.filter((fault) => fault.group === null).map(option)),
      groups);
    const button = el('button', { type: 'button', class: 'fault', popovertarget: picker.id },
      el('span', { class: 'dot', 'aria-hidden': 'true' }), el('span', { class: 'endpoint' }, id), name, text);
    const node = el('div', { class: 'cdn' }, button, picker);
    openBeside(picker, button, radios);
    picker.addEventListener('toggle', ({ newState }) => {
      const { value } = [...radios.values()].find((radio) => radio.checked);
      const { fault } = this.state.cdns.find((cdn) => cdn.id === id);
      if (newState === 'closed' && value !== fault) this.#send('/api/fault', { id, fault: value });
    });
    return { node, name, text, button, radios };
  }
}

function openBeside(picker, button, radios) {
  picker.addEventListener('toggle', ({ newState }) => {
    if (newState !== 'open') return;
    const { left, bottom } = button.getBoundingClientRect();
    const room = innerHeight - picker.offsetHeight - GAP;
    picker.style.left = `${Math.max(GAP, Math.min(left, innerWidth - picker.offsetWidth - GAP))}px`;
    picker.style.top = `${Math.max(GAP, Math.min(bottom + GAP, room))}px`;
    [...radios.values()].find((radio) => radio.checked)?.focus();
  });
  // The arrow keys walk through the faults: the choice is made when the picker closes.
  picker.addEventListener('click', ({ target, detail }) => {
    if (target.matches('input') && detail > 0) picker.hidePopover();
  });
  picker.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    picker.hidePopover();
    button.focus();
  });
}
