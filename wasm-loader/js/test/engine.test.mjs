import assert from 'node:assert/strict';
import { register } from 'node:module';
import { mock, test } from 'node:test';
import { page } from './page.mjs';

/* The modules that the build makes: an act is its own import, and bytes are none. */
const MADE = {
  'hedgerow:glue': "export const ON = 'on', WORD = 'word', imports = (act) => act;",
  'hedgerow:wasm': 'export default () => {};',
};
const url = (text) => `data:text/javascript,${encodeURIComponent(text)}`;
register(url(`
  const made = ${JSON.stringify(Object.fromEntries(Object.entries(MADE).map(([name, text]) => [name, url(text)])))};
  export const resolve = (name, context, next) =>
    made[name] ? { url: made[name], shortCircuit: true } : next(name, context);
`));

const AUTO = 2 ** 32 - 1;
const [DOWNLOADED, FAILED, EXECUTED, COMMIT_FAILED] = [1, 2, 4, 5];
const [BOOT, COMMIT] = [15, 3];

let serial = 0;

/* A load with an engine that notes what it hears, and when. */
async function engaged(body, { early = 1, hedge = AUTO, memory = [], forbidden = false, on = () => {}, hears = () => {} } = {}) {
  page();
  let clock = 1000;
  const heard = [];
  const acts = [];
  const real = globalThis.WebAssembly;
  globalThis.WebAssembly = {
    Module: class {
      constructor() {
        if (forbidden) throw Error('wasm-unsafe-eval');
      }
    },
    Instance: class {
      constructor(_, act) {
        const on = (...event) => {
          heard.push(event);
          hears(load, act, event);
          return true;
        };
        this.exports = { word() {}, on };
      }
    },
  };
  const load = {};
  mock.timers.enable({ apis: ['setTimeout'] });
  mock.method(performance, 'now', () => clock);
  try {
    const { engage } = await import(`../engine.js?${(serial += 1)}`);
    const settings_ = Uint32Array.from([1, 7, 1000, 3000, 10000, hedge, 3600, 0, 8, 0, 0, 0, 0, 1, 2, early, 0, 0, 0, 0, 0, 0]);
    Object.assign(load, { settings_, memory_: memory, order_: [0, 1], early_: early, report_: { engine: 'js' } });
    engage(load, (...act) => {
      acts.push(act);
      on(load, ...act);
    });
    const pass = (ms) => {
      clock += ms;
      mock.timers.tick(ms);
    };
    body({ load, heard, acts, pass });
  } finally {
    globalThis.WebAssembly = real;
    mock.timers.reset();
    mock.restoreAll();
  }
}

test('the first choice is committed before the engine boots, which hears of it as it was', () =>
  engaged(({ load, heard, acts, pass }) => {
    pass(10);
    load.on_(DOWNLOADED, 0, 900);
    assert.deepEqual(acts, [[COMMIT, 0]]);
    assert.deepEqual(heard, []);
    pass(5);
    load.on_(EXECUTED, 0);
    const boot = [1000, BOOT, load.settings_.length];
    assert.deepEqual(heard, [boot, boot, [1010, DOWNLOADED, 0, 900], [1015, EXECUTED, 0], [1015]]);
    assert.equal(load.report_.engine, 'wasm');
  }));

for (const event of [[DOWNLOADED, 1, 900], [FAILED, 0, 21], [3, 0, 5], [7], [9, 1], [10, 1], [11, 0]])
  test(`any other event boots it at once: ${event}`, () =>
    engaged(({ load, heard, acts }) => {
      load.on_(...event);
      assert.deepEqual(acts, []);
      assert.deepEqual(heard.map(([, kind]) => kind), [BOOT, BOOT, event[0], undefined]);
    }));

test('once it has booted, it alone says what is committed', () =>
  engaged(({ load, heard, acts, pass }) => {
    pass(50);
    load.on_(DOWNLOADED, 0, 900);
    assert.deepEqual(acts, []);
    assert.deepEqual(heard.at(-1), [1050, DOWNLOADED, 0, 900]);
  }));

test('a commit that fails as it is made is heard of after the download', () =>
  engaged(
    ({ load, heard }) => {
      load.on_(DOWNLOADED, 0, 900);
      assert.deepEqual(heard.slice(2).map(([, kind]) => kind), [DOWNLOADED, COMMIT_FAILED, undefined]);
    },
    { on: (load, op, n) => op == COMMIT && load.on_(COMMIT_FAILED, n, 31) },
  ));

const of = (hedge) => [1, 0, 0, 0, hedge];
for (const [name, options, ms] of [
  ['silence', {}, 50],
  ['a short hedge delay', { hedge: 20 }, 20],
  ['a long hedge delay', { hedge: 500 }, 50],
  ['hedging that is off', { hedge: 0 }, 50],
  ['a short hedge delay from a remote configuration', { hedge: 500, memory: of(30) }, 30],
  ['a long one in the place of a short one', { hedge: 20, memory: of(AUTO) }, 50],
])
  test(`it boots for ${name}`, () =>
    engaged(({ heard, pass }) => {
      pass(ms - 1);
      assert.equal(heard.length, 0);
      pass(1);
      assert.equal(heard[0][1], BOOT);
    }, options));

test('without an early download it boots at once: what follows in the page may need the stubs', () =>
  engaged(({ heard }) => {
    assert.deepEqual(heard.map(([, kind]) => kind), [BOOT, BOOT, undefined, undefined]);
  }, { early: 0 }));

test('what happens while it speaks is heard when it has spoken', () =>
  engaged(
    ({ load, heard, acts }) => {
      load.on_(FAILED, 0, 21);
      assert.deepEqual(heard.map(([, kind]) => kind), [BOOT, BOOT, FAILED, undefined, DOWNLOADED]);
      assert.deepEqual(acts, [[1, 2]]);
    },
    {
      hears: (load, act, [, kind]) => kind == FAILED && act(1, 2),
      on: (load) => load.on_(DOWNLOADED, 0, 900),
    },
  ));

test('where WASM may not run, the racer hears the same', () =>
  engaged(({ load, acts }) => {
    load.on_(DOWNLOADED, 0, 900);
    load.on_(EXECUTED, 0);
    assert.deepEqual(acts.map(([op]) => op), [COMMIT, COMMIT, 4, 7]);
    assert.equal(load.report_.engine, 'js');
  }, { forbidden: true }));
