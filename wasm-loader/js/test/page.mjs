/* As much of a page as the modules without network need. */
export function page({ protocol = 'https:', storage = {} } = {}) {
  const events = [];
  Object.assign(globalThis, {
    window: globalThis,
    location: { protocol },
    document: { dispatchEvent: (event) => events.push(event), cookie: '' },
    CustomEvent: class {
      constructor(type, { detail }) {
        Object.assign(this, { type, detail });
      }
    },
    localStorage: storage,
    sessionStorage: {},
  });
  Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { onLine: true } });
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
