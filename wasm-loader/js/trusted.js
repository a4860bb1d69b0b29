/*
 * Trusted Types want a policy for `script.src` and for markup; a link's `href`
 * needs none.
 */
let policy;

export const trusted = (kind, text) => {
  try {
    policy ||= trustedTypes.createPolicy('hedgerow', {
      createScriptURL: (given) => given,
      createHTML: (given) => given,
    });
    return policy[kind](text);
  } catch {
    // None here, or the page's policy does not list `hedgerow`: then the
    // assignment fails, and that is reported.
    return text;
  }
};
