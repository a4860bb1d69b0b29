/* As much of a page as the modules without network need. */
export function page({ protocol = 'https:', storage = {}, onLine = true, hidden = false } = {}) {
  const events = [];
  Object.assign(globalThis, {
    window: globalThis,
    location: { protocol },
    document: { dispatchEvent: (event) => events.push(event), cookie: '', hidden },
    CustomEvent: class {
      constructor(type, { detail }) {
        Object.assign(this, { type, detail });
      }
    },
    localStorage: storage,
    sessionStorage: {},
  });
  Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { onLine } });
  console.warn = () => {};
  return events;
}

/* A storage as a browser has it. */
export function storageOf(items = {}) {
  return {
    items,
    getItem: (key) => items[key] ?? null,
    setItem(key, value) {
      items[key] = value;
    },
  };
}
