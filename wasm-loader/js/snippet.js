/*
 * For a page that must not depend on one host for the loader file itself: put
 * the built snippet in an inline script, with your hosts, your configuration
 * and, if you pin the file, its integrity. The next host is asked when one
 * fails, or has said nothing for half a second; should both files arrive, the
 * second finds the first at work.
 */
((hosts, config, integrity) => {
  let at = 0;
  const nonce = document.currentScript?.nonce;
  const types = window.trustedTypes?.createPolicy('hedgerow-snippet', { createScriptURL: (url) => url });
  const next = () => {
    const url = hosts[at++];
    // Not an element with this id, nor a form with a field of this name.
    if (!url || window.hedgerow?.load?.call) return;
    const script = document.createElement('script');
    const timer = setTimeout(next, 500);
    // An error page may come as a script that does nothing.
    script.onload = script.onerror = () => {
      clearTimeout(timer);
      next();
    };
    script.async = true;
    if (nonce) script.nonce = nonce;
    if (integrity) {
      script.integrity = integrity;
      script.crossOrigin = '';
    }
    script.src = types ? types.createScriptURL(url) : url;
    document.head.append(script);
  };
  window.hedgerowConfig = config;
  next();
})(
  ['https://static1.example.com/hedgerow.js', 'https://static2.example.com/hedgerow.js'],
  { asset: '/widget.js', endpoints: [] },
);
