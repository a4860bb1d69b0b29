// The ways in which a CDN can break, as the panel shows them. The names are those of the CDN servers
// in lib/; the demo refuses to start when the two lists differ.

export const GROUPS = [
  { id: 'fast', title: 'Fails at once', line: 'The browser is told; a good loader moves on at once.' },
  { id: 'silent', title: 'Silent', line: 'Nothing fails, nothing arrives. Only a hedge helps.' },
  { id: 'content', title: 'Wrong content', line: 'An answer comes, but it is not the widget.' },
  { id: 'policy', title: 'Policy', line: 'The bytes are there; the browser may not use them.' },
];

export const FAULTS = [
  { name: 'ok', group: null, title: 'Healthy', line: 'Answers as it should.' },

  { name: 'refused', group: 'fast', title: 'Connection refused', line: 'No process listens on the port.' },
  { name: 'dns', group: 'fast', title: 'DNS failure', line: 'The host name does not resolve.' },
  { name: 'tls_mismatch', group: 'fast', title: 'TLS mismatch', line: 'The certificate belongs to another host.' },
  { name: 'reset', group: 'fast', title: 'Connection reset', line: 'Accepted, then cut off with a TCP reset.' },
  { name: 'http_404', group: 'fast', title: '404 Not Found', line: 'The file was never deployed to this CDN.' },
  { name: 'http_500', group: 'fast', title: '500 Server Error', line: 'The edge answers with an error of its own.' },
  { name: 'http_503', group: 'fast', title: '503 Unavailable', line: 'Overloaded, or down for maintenance.' },

  { name: 'blackhole', group: 'silent', title: 'Hangs', line: 'Packets vanish without any answer.' },
  { name: 'slow_headers', group: 'silent', title: 'Slow headers', line: 'The response head takes many seconds.' },
  { name: 'drip', group: 'silent', title: 'Dripping body', line: 'A few bytes now and then, for minutes.' },
  { name: 'stall', group: 'silent', title: 'Stalls in mid-body', line: 'Half of the file, then silence.' },
  { name: 'late', group: 'silent', title: 'Late', line: 'A good answer, after 3.2 seconds.' },

  { name: 'html', group: 'content', title: 'HTML, status 200', line: 'A friendly error page in place of the script.' },
  { name: 'empty', group: 'content', title: 'Empty, status 200', line: 'A successful answer with nothing in it.' },
  { name: 'truncated', group: 'content', title: 'Truncated', line: 'The connection closes before the last byte.' },
  { name: 'tampered', group: 'content', title: 'Tampered', line: 'Valid script, but with foreign code in it.' },
  { name: 'throws', group: 'content', title: 'Script throws', line: 'The script runs into an exception.' },
  { name: 'ready_missing', group: 'content', title: 'Never ready', line: 'It runs, but defines nothing the page can use.' },

  { name: 'cors_missing', group: 'policy', title: 'CORS header missing', line: 'Stripped on the way by this CDN alone.' },
  { name: 'mixed', group: 'policy', title: 'Mixed content', line: 'An http address on an https page.' },
  { name: 'redirect_http', group: 'policy', title: 'Redirect to http', line: 'The CDN sends the browser to plain http.' },
  { name: 'csp_blocked', group: 'policy', title: 'Blocked by CSP', line: "The page's policy does not name this origin." },
];

export const faultNamed = (name) => FAULTS.find((fault) => fault.name === name);
