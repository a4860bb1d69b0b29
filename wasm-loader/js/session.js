/* Whether this visitor has a chat open, which goes on while load is shed: 1 or 0. */
export function sessionOpen(session) {
  // To ask for cookies takes a browser milliseconds.
  if (!session) return 0;
  const { storageKey, cookie } =
    typeof session == 'string' ? { storageKey: session, cookie: session } : session;
  try {
    return +(
      document.cookie.split('; ').some((pair) => cookie && pair.startsWith(cookie + '=')) ||
      [localStorage, sessionStorage].some((it) => it.getItem(storageKey || '') != null)
    );
  } catch {
    return 0;
  }
}
