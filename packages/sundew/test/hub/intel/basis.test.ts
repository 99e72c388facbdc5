import assert from 'node:assert/strict'
import { test } from 'node:test'
import { basisOf } from '../../../src/hub/intel/basis.ts'
import { sourcesOf } from '../../../src/hub/intel/sources.ts'
import { feeds } from '../../../src/intel/feeds/index.ts'
import { intelSettings } from './intel-settings.ts'

test('whatever decides on what is allowed makes the sets anew: settings, hosts of feeds, and the lists that come along', () => {
  const settings = intelSettings('/nowhere')
  const list = { path: '/lists', kind: 'misp' } as const
  const plain = (url: string) => {
    const section = { type: 'plain', enabled: true, url }
    return sourcesOf([], [section], feeds)
  }
  const bases = [
    basisOf(settings, []),
    basisOf({ ...settings, version: 'another' }, []),
    basisOf({ ...settings, networks: ['192.0.2.0/24'] }, []),
    basisOf({ ...settings, warninglists: [list] }, []),
    basisOf({ ...settings, warninglists: [{ ...list, action: 'annotate' }] }, []),
    basisOf({ ...settings, allow: [{ value: 'a.example.org', reason: 'x', action: 'exclude' }] }, []),
    basisOf(settings, plain('https://one.example.net/list')),
    basisOf(settings, plain('https://two.example.net/list')),
  ]
  assert.equal(new Set(bases).size, bases.length)
})
