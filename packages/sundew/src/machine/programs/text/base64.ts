import { options } from '../common/options.ts'
import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'
import { versionOf } from '../common/version.ts'

/** `base64` and `base32`. */
export const base64 = tool(['base64', 'base32'], async (t: Tool) => {
  const o = options(t, 'diw:', 'decode=d ignore-garbage=i wrap:=w')
  const is64 = t.call.name !== 'base32'
  if (o.has('version')) return versionOf(t, 'coreutils', 'Simon Josefsson')
  if (o.operands.length > 1) t.usage(`extra operand ${t.quoted(o.operands[1]!)}`)
  const wrapText = o.value('w') ?? '76'
  if (!/^\d+$/.test(wrapText)) t.fail(`invalid wrap size: ${t.quoted(wrapText)}`)
  const name = o.operands[0] ?? '-'
  let input: ReturnType<Tool['input']>
  try {
    input = t.input(name)
  } catch (error) {
    const folder = reasonOf(error) === 'Is a directory'
    t.fail(folder ? 'read error: Is a directory' : `${t.named(name)}: ${reasonOf(error)}`)
  }
  if (o.has('d')) await decode(t, input, is64, o.has('i'))
  else await encode(t, input, is64, Number(wrapText))
  return t.status
})

const digits32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const digits64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

async function encode(t: Tool, input: ReturnType<Tool['input']>, is64: boolean, wrap: number): Promise<void> {
  const group = is64 ? 3 : 5
  let rest: Uint8Array = new Uint8Array(0)
  let column = 0
  const put = (text: string): void => {
    if (wrap === 0) {
      t.put(text)
      return
    }
    for (let at = 0; at < text.length;) {
      const some = text.slice(at, at + wrap - column)
      t.put(some)
      at += some.length
      column += some.length
      if (column === wrap) {
        t.put('\n')
        column = 0
      }
    }
  }
  for (;;) {
    const bytes = await input.read()
    const all = bytes === undefined ? rest : rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    const use = bytes === undefined ? all.length : all.length - (all.length % group)
    const now = Buffer.from(all.subarray(0, use))
    if (now.length > 0) put(is64 ? now.toString('base64') : base32Of(now))
    rest = Uint8Array.from(all.subarray(use))
    await t.room()
    if (bytes === undefined) break
  }
  if (wrap > 0 && column > 0) t.put('\n')
}

function base32Of(bytes: Uint8Array): string {
  let out = ''
  for (let i = 0; i < bytes.length; i += 5) {
    let value = 0n
    const n = Math.min(5, bytes.length - i)
    for (let k = 0; k < 5; k++) value = (value << 8n) | BigInt(bytes[i + k] ?? 0)
    const chars = Math.ceil((n * 8) / 5)
    for (let k = 0; k < 8; k++) out += k < chars ? digits32[Number((value >> BigInt(35 - 5 * k)) & 31n)] : '='
  }
  return out
}

/** All that came before what is wrong has been written by then. */
async function decode(
  t: Tool,
  input: ReturnType<Tool['input']>,
  is64: boolean,
  ignore: boolean,
): Promise<void> {
  const digits = is64 ? digits64 : digits32
  const values = new Int16Array(256).fill(-1)
  for (let i = 0; i < digits.length; i++) values[digits.charCodeAt(i)] = i
  const width = is64 ? 4 : 8
  const bits = is64 ? 6 : 5
  let group: number[] = []
  let pads = 0
  const out: number[] = []
  const invalid = async (): Promise<never> => {
    // What of the last group is whole goes out.
    emit()
    await t.write(Uint8Array.from(out))
    throw new Exit(1, `${t.name}: invalid input\n`)
  }
  const emit = (): void => {
    let value = 0n
    for (const digit of group) value = (value << BigInt(bits)) | BigInt(digit)
    const total = group.length * bits
    const bytes = Math.floor(total / 8)
    for (let k = 0; k < bytes; k++) out.push(Number((value >> BigInt(total - 8 * (k + 1))) & 255n))
    group = []
  }
  for (;;) {
    const bytes = await input.read()
    if (bytes === undefined) break
    for (const b of bytes) {
      if (b === 10) continue
      if (b === 61) {
        if (group.length === 0 && pads === 0) {
          if (ignore) continue
          await invalid()
        }
        pads++
        if (group.length + pads === width) {
          emit()
          pads = 0
        }
        continue
      }
      const digit = values[b]!
      if (digit < 0) {
        if (ignore) continue
        await invalid()
      }
      if (pads > 0) await invalid()
      group.push(digit)
      if (group.length === width) {
        if (is64) {
          out.push(
            (group[0]! << 2) | (group[1]! >> 4),
            ((group[1]! & 15) << 4) | (group[2]! >> 2),
            ((group[2]! & 3) << 6) | group[3]!,
          )
          group = []
        } else emit()
      }
    }
    if (out.length > 0) await t.write(Uint8Array.from(out))
    out.length = 0
  }
  if (group.length > 0 || pads > 0) await invalid()
}
