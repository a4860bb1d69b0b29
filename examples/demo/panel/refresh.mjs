const TIERS = [0, 3, 4];

/** The document that the loader fetches behind a page view: it may move traffic, never name a new origin. */
export class RefreshDocument {
  #ids;
  #version = 0;
  #surge = 0;
  #drained = new Set();

  constructor(ids) {
    this.#ids = ids;
    this.#advance();
  }

  set({ surge, drained }) {
    if (TIERS.includes(surge)) this.#surge = surge;
    if (Array.isArray(drained)) this.#drained = new Set(this.#ids.filter((id) => drained.includes(id)));
    this.#advance();
  }

  get document() {
    return {
      version: this.#version,
      endpoints: this.#ids.map((id) => ({ id, state: this.#drained.has(id) ? 'drain' : 'active' })),
      surge: { tier: this.#surge },
    };
  }

  // Seconds, not 1, 2, 3: a visitor's memory outlives this process, and ignores an older document.
  #advance() {
    this.#version = Math.max(this.#version + 1, Math.floor(Date.now() / 1000));
  }
}
