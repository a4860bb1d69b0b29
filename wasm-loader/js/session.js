/* Whether this visitor has a chat open, which goes on while load is shed: 1 or 0. */
export function sessionOpen(session) {
  const { storageKey = session, cookie = session } =
    typeof session == 'string' ? {} : { storageKey: '', cookie: '', ...session };
  try {
    return +(
      document.cookie.split('; ').some((pair) => cookie && pair.startsWith(cookie + '=')) ||
      [localStorage, sessionStorage].some((it) => it.getItem(storageKey) != null)
    );
  } catch {
    return 0;
  }
}
