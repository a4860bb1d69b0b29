/*
 * Puts a downloaded asset to use. A script element can't be recalled (removing
 * it does not stop it), so the engine has one commit outstanding at most, and
 * goes on only when this one failed before execution, or ran in vain.
 */
import { element, insert } from './element.js';
import { CSP_BLOCKED, EMPTY_BODY, READY_MISSING, SCRIPT_THREW } from './reasons.js';
import { mark, now, say } from './signals.js';
import { reasonOf } from './transport.js';
import { trusted } from './trusted.js';

const EXECUTED = 4;
const COMMIT_FAILED = 5;
const RAN_NOT_READY = 6;

/* What the keys of a dotted name such as `purecloud.init` lead to. */
const lookup = (keys) => keys.reduce((object, key) => object?.[key], window);

export async function commit(load, n) {
  const attempt = load.attempts_[n];
  const { asset_: asset, url } = attempt;
  // The engine says it too where this was done before it had booted. And whatever
  // it says, an asset that was executed, or may be, is not executed again.
  if (attempt.used_ || asset.used_) return;
  attempt.used_ = asset.used_ = 1;
  // An earlier load that has it too goes first, and may execute it; that may also
  // take longer than this load has.
  await asset.first_?.load_.promise_;
  if (load.report_.reason || asset.first_?.used_) return load.on_(EXECUTED, n);
  mark('commit');
  // What must exist is there when the last script has run.
  const last = load.assets_.filter((it) => it.type != 'style').pop();
  const expected = asset == last && load.ready;
  const proof = () => {
    try {
      const value = expected && lookup(expected.split('.'));
      // An element's id names it on `window`, too.
      return value instanceof Node || value instanceof HTMLCollection ? null : value;
    } catch {
      // A getter of the page's own, or a frame of another origin with this name.
    }
  };
  const before = proof();
  if (!asset.ran_) asset.before_ = before;
  let threw;
  const style = asset.type == 'style';
  const made = style
    ? element(load, asset, 'link', { rel: 'stylesheet', href: url })
    : element(load, asset, 'script', {
        type: asset.type == 'module' ? 'module' : '',
        async: true,
        fetchPriority: 'high',
      });

  // In a classic script `currentScript` is ours even where the message is
  // hidden from other origins. A module has none, but shows its name; what it
  // throws that is no Error has neither name nor line. `load` follows in the same
  // task: without it, the error was another's.
  const watch = ({ filename, error, lineno }) => {
    threw ||=
      asset.type == 'module' ? filename == url || (error && !lineno) : document.currentScript == made;
    setTimeout(() => (threw &&= asset.ran_));
  };
  const settle = (kind, reason) => {
    removeEventListener('error', watch, true);
    if (kind == COMMIT_FAILED) made.remove();
    asset.used_ = kind == EXECUTED;
    load.on_(kind, n, reason);
  };
  const look = (until, again) => {
    const value = proof();
    // One that was there before proves nothing if the script broke off.
    if (expected ? value != null && !(threw && value === asset.before_) : !threw) settle(EXECUTED);
    else if (!expected || (again && now() >= until))
      settle(RAN_NOT_READY, threw ? SCRIPT_THREW : READY_MISSING);
    else setTimeout(look, again ? 50 : 0, until, 1);
  };

  // A script given up as not ready may have become ready meanwhile.
  if (asset.ran_ && before != null && before !== asset.before_) return settle(EXECUTED);
  addEventListener('error', watch, true);
  made.onerror = () => settle(COMMIT_FAILED, reasonOf(attempt));
  made.onload = () => {
    if (!style) {
      asset.ran_ = 1;
      return look(now() + load.readyTimeoutMs);
    }
    try {
      // An error page is taken for a style sheet without rules.
      if (!made.sheet.cssRules[0]) return settle(COMMIT_FAILED, EMPTY_BODY);
    } catch {
      // Without CORS the rules can't be read.
    }
    settle(EXECUTED);
  };
  try {
    if (!style) made.src = trusted('createScriptURL', url);
    insert(made);
  } catch {
    settle(COMMIT_FAILED, CSP_BLOCKED);
  }
}

/* Calls the page's init function, once however often a script ran. */
export function initialise(load) {
  const keys = load.init?.split('.');
  try {
    const name = keys?.pop();
    if (name) lookup(keys)[name]();
  } catch (error) {
    say(load, `init: ${load.init} failed, ${error}`);
  }
}
