import { stix } from '../../../../src/intel/feeds/stix/bundle.ts'
import { conforms } from '../conformance.ts'
import { idOf, indicator } from './some-objects.ts'

const bundle = (objects: readonly object[]) =>
  JSON.stringify({ type: 'bundle', id: idOf('bundle', 1), objects })

conforms({
  feed: stix,
  section: (url) => ({ url: url('/bundle') }),
  sample: {
    '/bundle': bundle([
      indicator(1, "[domain-name:value IN ('bad.com', 'a.bad.com')]"),
      indicator(2, "[ipv4-addr:value ISSUBSET '45.61.1.0/24']"),
      indicator(3, `[file:hashes.'SHA-256' = '${'ab'.repeat(32)}' AND file:name = 'a.exe']`),
    ]),
  },
  indicators: ['domain bad.com', 'hostname a.bad.com', 'address 45.61.1.0/24', `hash ${'ab'.repeat(32)}`],
  many: (count) => ({
    '/bundle': bundle(
      Array.from({ length: count }, (_, index) =>
        indicator(index, `[domain-name:value = 'bad${index}.com']`),
      ),
    ),
  }),
})
