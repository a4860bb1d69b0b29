// What the loader keeps between views, read for display: the header of its words in localStorage.

const PREFIX = 'hedgerow:';
const SESSION = 'shop-chat';
const WORD = { written: 1, expires: 2, tier: 3, orderLength: 10, order: 11 };

function keys() {
  return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
}

export function clearMemory() {
  for (const key of [...keys(), SESSION]) localStorage.removeItem(key);
}

/** One sentence about the plan for the next view. */
export function describeMemory() {
  const open = localStorage.getItem(SESSION) ? ' A chat is open.' : '';
  const plans = keys().map(readPlan).filter((plan) => plan && plan.expires > Date.now() / 1000);
  if (plans.length === 0) return `No memory: the next view is a first view.${open}`;
  const { order, tier } = plans.sort((a, b) => b.written - a.written)[0];
  const surge = tier > 0 ? ` Surge tier ${tier}.` : '';
  const ids = order.map((index) => `cdn${index + 1}`);
  return `Next view: ${ids.join(', then ') || 'no endpoint'}.${surge}${open}`;
}

function readPlan(key) {
  try {
    const words = JSON.parse(localStorage.getItem(key));
    const order = words.slice(WORD.order, WORD.order + words[WORD.orderLength]);
    return { written: words[WORD.written], expires: words[WORD.expires], tier: words[WORD.tier], order };
  } catch {
    return null;
  }
}
