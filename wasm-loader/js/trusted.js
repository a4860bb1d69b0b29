/*
 * Trusted Types want a policy for `script.src` and for markup; a link's `href`
 * needs none.
 */
let policy;

export function trusted(kind, text) {
  try {
    const same = (given) => given;
    policy ||= window.trustedTypes.createPolicy('hedgerow', {
      createScriptURL: same,
      createHTML: same,
    });
    return policy[kind](text);
  } catch {
    // None here, or the page's policy does not list `hedgerow`: then the
    // assignment fails, and that is reported.
    return text;
  }
}
