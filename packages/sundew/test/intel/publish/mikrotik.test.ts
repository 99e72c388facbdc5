import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mikrotik } from '../../../src/intel/publish/mikrotik.ts'
import { conforms } from './conformance.ts'
import { fakeBlocklist } from './fake-blocklist.ts'
import { onlyFile, rendered } from './rendered.ts'

conforms(mikrotik, {
  configs: [{}, { timeout: '1d' }, { timeout: '2w3d', comments: true, list: 'bad' }, { comments: true }],
  read(files, { list, timeout, comments }) {
    const addresses: string[] = []
    const into = timeout === undefined ? `${list}.next` : list
    for (const line of onlyFile(files).split('\n')) {
      if (line.startsWith(':do')) {
        // Between its quotes a comment has nothing that RouterOS reads as anything but text.
        const parts =
          /^:do \{ add list=(\S+) address=([0-9a-f.:/]+)( timeout=\w+)?( comment="[^"\\$?\r[\]{};]*")? \} on-error=\{\}$/.exec(
            line.replaceAll('?', ''),
          )
        assert.ok(parts?.[2] !== undefined, line)
        assert.equal(parts[1], into)
        assert.equal(parts[3], timeout === undefined ? undefined : ` timeout=${timeout}`)
        assert.equal(parts[4] !== undefined, comments)
        addresses.push(parts[2])
      } else
        assert.match(
          line,
          /^(|#.*|\/ip(v6)? firewall address-list|(remove|set) \[find where list="[\w.]+"\]( list="[\w.]+")?)$/,
        )
    }
    return { addresses }
  },
})

test('entries in flash are put into a second list that takes the name of the first', () => {
  const list = fakeBlocklist({
    addresses: [{ value: '203.0.113.0/24', why: { sources: ['otx'], title: 'A "pulse" $x' } }],
  })
  const { files } = rendered(mikrotik, list, mikrotik.config.parse({ comments: true }))
  assert.match(
    onlyFile(files),
    /remove \[find where list="sundew\.next"\]\n:do \{ add list=sundew\.next address=203\.0\.113\.0\/24 comment="otx A _pulse_ _x" \} on-error=\{\}\nremove \[find where list="sundew"\]\nset \[find where list="sundew\.next"\] list="sundew"\n/,
  )
})
