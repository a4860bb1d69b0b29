// The loader that many sites use today: one primary, one secondary, a fixed
// three-second timer between them. It stands here as the peer that Hedgerow is
// measured against, faithful to its usual form and not improved.
(function () {
  var settings = document.currentScript.dataset;
  var FALLBACK_AFTER_MS = 3000;
  var loaded = false;

  function insert(base) {
    if (loaded) return;
    var script = document.createElement('script');
    script.src = base + settings.path;
    script.async = true;
    script.defer = true;
    script.onload = function () {
      loaded = true;
      console.log('widget loaded from', base);
      if (window.widget) window.widget.init();
    };
    script.onerror = function () {
      // Nothing is started here: the secondary waits for the timer below.
      console.error('widget failed to load from', base);
      loaded = false;
    };
    document.head.appendChild(script);
  }

  insert(settings.primary);
  setTimeout(function () {
    if (loaded) return;
    console.warn('primary timed out, going on with the secondary');
    insert(settings.secondary);
  }, FALLBACK_AFTER_MS);
})();
