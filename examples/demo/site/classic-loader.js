// The loader that most sites have today, for comparison: a script tag to the primary CDN and, when it
// has not loaded after three seconds, a second one to the other CDN. Its weaknesses are kept: an error
// is only logged, nothing is cancelled, and a late primary runs after the secondary.
(() => {
  const { primary, secondary, path, ready, init, crossOrigin, integrity } = JSON.parse(document.currentScript.dataset.classic);
  const TIMEOUT_MS = 3000;
  let loaded = false;

  function loadFrom(base) {
    if (loaded) return;
    const script = document.createElement('script');
    if (crossOrigin) script.crossOrigin = crossOrigin;
    if (integrity) script.integrity = integrity;
    script.src = base + path;
    script.async = true;
    script.onload = () => {
      loaded = true;
      if (window[ready]) init.split('.').reduce((owner, name) => owner[name], window)();
    };
    script.onerror = () => console.error('Failed to load the widget from', base);
    document.head.append(script);
  }

  loadFrom(primary);
  setTimeout(() => {
    if (!loaded) loadFrom(secondary);
  }, TIMEOUT_MS);
})();
