// Which of the tests to run.

/**
 * The tests that `words` ask for (all, if there is no word), and with them all
 * that these depend on: a test whose dependency was not run proves nothing.
 */
export function chosen(tests, words) {
  const byId = new Map(tests.map(test => [test.id, test]))
  const selected = new Set(words.length ? words.flatMap(word => matching(tests, word)) : tests)
  const needed = new Set()
  const need = test => {
    if (!test || needed.has(test)) return
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
