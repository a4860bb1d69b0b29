import assert from 'node:assert/strict'
import test from 'node:test'
import { chosen } from '../choose.mjs'

const TESTS = [
  { id: 'none', suite: 'freshness' },
  { id: 'max-age', suite: 'freshness', depends_on: ['none'] },
  { id: 'max-age-0', suite: 'freshness', depends_on: ['max-age'] },
  { id: 'vary', suite: 'vary' },
  { id: 'vary-2', suite: 'vary', depends_on: ['vary', 'max-age'] },
  { id: 'round', suite: 'circle', depends_on: ['about'] },
  { id: 'about', suite: 'circle', depends_on: ['round', 'absent'] },
  { id: 'mine', suite: 'vary', depends_on: ['max-age'], isPrivate: true },
]

function check(words, selected, needed, isPrivate = false) {
  const ids = tests => [...tests].map(({ id }) => id)
  const choice = chosen(TESTS, words, isPrivate)
  assert.deepEqual(ids(choice.selected), selected)
  assert.deepEqual(ids(choice.needed), needed)
}

test('no word asks for all', () => {
  const all = TESTS.map(({ id }) => id)
  check([], all, all.filter(id => id !== 'mine'))
})

test('what a test depends on is run with it, in the suite’s order', () => {
  check(['max-age-0'], ['max-age-0'], ['none', 'max-age', 'max-age-0'])
  check(['vary-2'], ['vary-2'], ['none', 'max-age', 'vary', 'vary-2'])
})

test('an id that is exact is not looked for inside of others', () => {
  check(['max-age'], ['max-age'], ['none', 'max-age'])
  check(['vary'], ['vary', 'vary-2', 'mine'], ['none', 'max-age', 'vary', 'vary-2'])
  check(['age'], ['max-age', 'max-age-0'], ['none', 'max-age', 'max-age-0'])
})

test('several words, and one that fits nothing', () => {
  check(['none', 'vary-2', 'none'], ['none', 'vary-2'], ['none', 'max-age', 'vary', 'vary-2'])
  check(['nothing of the kind'], [], [])
})

test('a private cache is asked for the private tests, and runs what they depend on', () => {
  check([], ['mine'], ['none', 'max-age', 'mine'], true)
  check(['vary'], ['mine'], ['none', 'max-age', 'mine'], true)
  check(['vary-2'], [], [], true)
  check(['mine'], ['mine'], [])
})

test('a circle ends', () => {
  check(['round'], ['round'], ['round', 'about'])
})
