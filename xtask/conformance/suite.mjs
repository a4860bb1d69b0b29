// The npm package `http-cache-tests`, as far as it is driven from here.

import fs from 'node:fs'
import http from 'node:http'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

// The package's own command line adds this one to those of its index.
const EXTRA = 'tests/surrogate-control.mjs'

/** Opens the package that is installed in `folder`. */
export async function open(folder) {
  const root = fs.realpathSync(folder)
  const part = async name => import(pathToFileURL(path.join(root, name)).href)
  const { default: index } = await part('tests/index.mjs')
  const { default: extra } = await part(EXTRA)
  const tests = [...index, extra].flatMap(group =>
    group.tests.map(test =>
      // The suite leaves to browsers what only a private cache can be held to.
      Object.assign(test, { suite: group.id, isPrivate: test.browser_only === true }),
    ),
  )
  const { runTests, getResults } = await part('client/runner.mjs')
  const handle = await handlers(part)
  const fetch = createRequire(path.join(root, 'package.json'))('node-fetch')

  return {
    tests,
    results: getResults,
    serve: port => listen(handle, port),
    run: (chosen, base, { isPrivate, timeout }) => {
      const timed = (url, init) => fetch(url, { ...withCacheMode(init), timeout })
      return runTests([{ tests: chosen }], timed, isPrivate, base)
    },
  }
}

// What a browser does to ask for a validation, and node-fetch does not:
// https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
function withCacheMode(init) {
  const asks = init?.cache === 'no-cache'
  return asks ? { ...init, headers: [...init.headers, ['Cache-Control', 'max-age=0']] } : init
}

/** The package's request handlers, by the first segment of the path. */
async function handlers(part) {
  const names = ['config', 'test', 'state']
  const modules = await Promise.all(names.map(name => part(`server/handle-${name}.mjs`)))
  return new Map(names.map((name, at) => [name, modules[at].default]))
}

// The package's server listens on every interface, on a port that is known
// beforehand; this one has its handlers on a free port of the loopback.
function listen(handle, port) {
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://origin')
    const [, kind, ...segments] = pathname.split('/')
    const handler = handle.get(kind)
    if (handler) handler(segments, request, response)
    else response.writeHead(404).end()
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server.address().port))
  })
}
