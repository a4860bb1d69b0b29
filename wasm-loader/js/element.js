/*
 * Elements that load from an endpoint. The preload and the element that is
 * committed later must agree in crossorigin, integrity and nonce: only then
 * does the browser take the one for the other, with a single request even
 * under `no-store` (Chromium 156, Firefox 153; scripts, modules and styles).
 */
export const element = ({ nonce = '' }, { crossOrigin, integrity = '' }, tag, attributes) =>
  Object.assign(document.createElement(tag), { crossOrigin, integrity, nonce }, attributes);

export const preload = (load, asset, href) =>
  element(load, asset, 'link', {
    rel: asset.type == 'module' ? 'modulepreload' : 'preload',
    as: asset.type == 'style' ? 'style' : 'script',
    href,
  });

/* A path without its first slashes. */
export const relative = (path) => path.replace(/^\/+/, '');

export const insert = (made) => document.head.append(made);
