/* Whether this visitor has a chat open, which goes on while load is shed. */
export function sessionOpen(session) {
  // To ask for cookies takes a browser milliseconds.
  if (!session) return;
  // A string has neither; what is not given as an object names nothing that exists.
  const { storageKey = session, cookie = session } = session;
  try {
    return (
      document.cookie.split('; ').some((pair) => pair.startsWith(cookie + '=')) ||
      [localStorage, sessionStorage].some((it) => it.getItem(storageKey) != null)
    );
  } catch {}
}
