// Which of the tests to run.

/**
 * The tests that `words` ask for (all, if there is no word), and those to be
 * run: with them all that they depend on, since a test whose dependency was not
 * run proves nothing. A shared cache is asked for all, and runs no private
 * test; a private cache is asked for the private tests alone.
 */
export function chosen(tests, words, isPrivate) {
  const byId = new Map(tests.map(test => [test.id, test]))
  const asked = words.length ? words.flatMap(word => matching(tests, word)) : tests
  const selected = new Set(asked.filter(test => test.isPrivate || !isPrivate))
  const needed = new Set()
  const need = test => {
    if (!test || needed.has(test) || (test.isPrivate && !isPrivate)) return
    needed.add(test)
    for (const id of test.depends_on ?? []) need(byId.get(id))
  }
  for (const test of selected) need(test)
  return { selected, needed: tests.filter(test => needed.has(test)) }
}

/** A suite or a test by its id; else the tests whose id contains the word. */
function matching(tests, word) {
  const exact = tests.filter(test => test.suite === word || test.id === word)
  return exact.length ? exact : tests.filter(test => test.id.includes(word))
}
