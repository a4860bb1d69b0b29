/*
 * Elements that load from an endpoint. The preload and the element that is
 * committed later must agree in crossorigin, integrity and nonce: only then
 * does the browser take the one for the other, with a single request even
 * under `no-store` (Chromium 156, Firefox 153; scripts, modules and styles).
 */
let policy;

/* Trusted Types want a policy for `script.src`; a link's `href` needs none. */
export function trusted(kind, text) {
  try {
    policy ||= window.trustedTypes?.createPolicy('hedgerow', {
      createScriptURL: (url) => url,
      createHTML: (html) => html,
    });
    return policy ? policy[kind](text) : text;
  } catch {
    // The page's `trusted-types` does not list `hedgerow`. Where they are
    // required, the assignment itself fails, and that is reported.
    return text;
  }
}

export function element(load, asset, tag, attributes) {
  const made = document.createElement(tag);
  if (asset.cors_) made.crossOrigin = asset.cors_;
  if (asset.integrity_) made.integrity = asset.integrity_;
  if (load.nonce_) made.nonce = load.nonce_;
  return Object.assign(made, attributes);
}

export const insert = (made) => (document.head || document.documentElement).append(made);
