import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { ciphers } from '../../../src/wire/ssh/cipher/ciphers.ts'
import { macs } from '../../../src/wire/ssh/cipher/macs.ts'
import { writeKexInit, type KexLists } from '../../../src/wire/ssh/kex/kex-init.ts'
import { keyExchanges } from '../../../src/wire/ssh/kex/key-exchanges.ts'
import { PacketWriter } from '../../../src/wire/ssh/packet-writer.ts'
import { sshPersonas } from '../../../src/wire/ssh/personas.ts'

interface Recorded {
  readonly version: string
  readonly identification: string
  readonly padding: number
  readonly lists: KexLists
  readonly extensions: readonly (readonly [string, string])[]
}

for (const name of ['openssh-9.2p1-debian-12', 'dropbear-2022.83'] as const) {
  describe(`the persona ${name}`, () => {
    const file = new URL(`../../../../../testdata/ssh/${name}.json`, import.meta.url)
    const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded
    const persona = sshPersonas[name]

    test('says what the real server said', () => {
      assert.equal(`${persona.identification}\r\n`, recorded.identification)
      assert.deepEqual(persona.lists, recorded.lists)
      assert.deepEqual(persona.extensions, recorded.extensions)
    })

    test('pads its first packet as the real server did', () => {
      const init = { ...persona.lists, cookie: new Uint8Array(16), firstPacketFollows: false, reserved: 0 }
      assert.equal(new PacketWriter().write(writeKexInit(init))[4], recorded.padding)
    })
  })
}

for (const [name, persona] of Object.entries(sshPersonas)) {
  test(`the persona ${name} offers nothing that is not here, but for zlib`, () => {
    const signals = ['kex-strict-s-v00@openssh.com', 'kexguess2@matt.ucc.asn.au']
    for (const kex of persona.lists.kex) assert(keyExchanges.has(kex) || signals.includes(kex), kex)
    for (const cipher of persona.lists.cipherToClient) assert(ciphers.has(cipher), cipher)
    for (const mac of persona.lists.macToClient) assert(macs.has(mac), mac)
  })
}
