/*
 * Elements that load from an endpoint. The preload and the element that is
 * committed later must agree in crossorigin, integrity and nonce: only then
 * does the browser take the one for the other, with a single request even
 * under `no-store` (Chromium 156, Firefox 153; scripts, modules and styles).
 */
export function element(load, asset, tag, attributes) {
  const made = Object.assign(document.createElement(tag), attributes);
  if (asset.cors_) made.crossOrigin = asset.cors_;
  if (asset.integrity_) made.integrity = asset.integrity_;
  if (load.nonce_) made.nonce = load.nonce_;
  return made;
}

export const preload = (load, asset, href) =>
  element(load, asset, 'link', {
    rel: asset.module_ ? 'modulepreload' : 'preload',
    as: asset.style_ ? 'style' : 'script',
    href,
  });

export const insert = (made) => document.head.append(made);
