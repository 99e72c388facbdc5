import { options } from '../common/options.ts'
import { Exit, tool, type Tool } from '../common/tool.ts'
import { addressOf } from './verdict.ts'

/** iputils' `ping`, and BusyBox's. */
export const ping = tool(['ping', 'ping6', 'ping4'], async (t: Tool) => {
  const o = options(
    t,
    t.busybox ? '46c:s:i:At:I:W:w:qp:' : 'h?4bRT:6F:N:aABc:CdDe:fHi:I:l:Lm:M:nOp:P:qQ:rs:S:t:UvVw:W:',
    '',
    {
      hint: () => {
        if (t.busybox) return t.usage()
        throw new Exit(2, '\nUsage\n  ping [options] <destination>\n')
      },
    },
  )
  if (o.has('V')) {
    t.put('ping from iputils 20221126\n')
    return 0
  }
  const host = o.operands.at(-1)
  if (host === undefined) {
    if (t.busybox) t.usage()
    throw new Exit(1, 'ping: usage error: Destination address required\n')
  }
  const { call } = t
  call.happened({ type: 'connect', host, port: 0, tool: 'ping', bytes: new Uint8Array(0) })
  const address = addressOf(call.machine, host)
  if (address === undefined) {
    await call.sleep(10_000)
    throw new Exit(
      t.busybox ? 1 : 2,
      t.busybox ? `ping: bad address '${host}'\n` : `ping: ${host}: Temporary failure in name resolution\n`,
    )
  }
  const countText = o.value('c')
  const count = countText === undefined ? Infinity : Number(countText)
  if (countText !== undefined && !(count >= 1))
    throw new Exit(
      1,
      t.busybox
        ? `ping: invalid number '${countText}'\n`
        : `ping: invalid argument: '${countText}': out of range: 1 <= value <= 9223372036854775807\n`,
    )
  const size = Math.min(Math.max(Number(o.value('s') ?? 56) || 56, 0), 65507)
  const interval = Math.max(Number(o.value('i') ?? 1) || 1, 0.2)
  const deadline = Number(o.value('w') ?? Infinity) * 1000
  const local = address.startsWith('127.') || address === call.machine.network.address
  const near = local || address === call.machine.network.gateway
  // Whoever is far answers or does not: the same each time.
  const silent = !near && call.machine.chance(`ping:${address}`) < 0.25
  const distance = local ? 0.03 : near ? 0.4 : 4 + call.machine.chance(`distance:${address}`) * 180
  t.put(
    t.busybox
      ? `PING ${host} (${address}): ${size} data bytes\n`
      : `PING ${host} (${address}) ${size}(${size + 28}) bytes of data.\n`,
  )
  await t.flush()
  const times: number[] = []
  let sent = 0
  const began = performance.now()
  let interrupted: unknown
  try {
    while (sent < count && performance.now() - began < deadline) {
      sent++
      if (!silent) {
        const ms =
          distance *
          (1 +
            call.machine.chance(`jitter:${address}:${sent}:${Math.floor(call.machine.now() / 1000)}`) * 0.08)
        await call.sleep(ms)
        times.push(ms)
        const shown =
          ms < 1 ? ms.toFixed(3) : ms < 10 ? ms.toFixed(2) : ms < 100 ? ms.toFixed(1) : ms.toFixed(0)
        if (!o.has('q'))
          t.put(
            t.busybox
              ? `${size + 8} bytes from ${address}: seq=${sent - 1} ttl=${local ? 64 : near ? 64 : 52} time=${ms.toFixed(3)} ms\n`
              : `${size + 8} bytes from ${address}: icmp_seq=${sent} ttl=${near ? 64 : 52} time=${shown} ms\n`,
          )
        await t.flush()
      } else if (sent === count) await call.sleep(10_000)
      if (sent < count) await call.sleep(interval * 1000)
    }
  } catch (error) {
    interrupted = error
  }
  const total = Math.round(performance.now() - began)
  const lost = sent === 0 ? 0 : Math.round(((sent - times.length) / sent) * 100)
  const min = Math.min(...times)
  const max = Math.max(...times)
  const average = times.reduce((a, b) => a + b, 0) / times.length
  const deviation = Math.sqrt(
    Math.max(0, times.reduce((a, b) => a + b * b, 0) / times.length - average * average),
  )
  t.put(
    t.busybox
      ? `\n--- ${host} ping statistics ---\n${sent} packets transmitted, ${times.length} packets received, ${lost}% packet loss\n${times.length > 0 ? `round-trip min/avg/max = ${min.toFixed(3)}/${average.toFixed(3)}/${max.toFixed(3)} ms\n` : ''}`
      : `\n--- ${host} ping statistics ---\n${sent} packets transmitted, ${times.length} received, ${lost}% packet loss, time ${total}ms\n${times.length > 0 ? `rtt min/avg/max/mdev = ${min.toFixed(3)}/${average.toFixed(3)}/${max.toFixed(3)}/${deviation.toFixed(3)} ms` : ''}\n`,
  )
  await t.flush()
  // ^C ends the waiting; the figures are shown all the same.
  if (
    interrupted !== undefined &&
    !(interrupted instanceof Error && 'signal' in interrupted && interrupted.signal === 2)
  )
    throw interrupted
  return times.length > 0 ? 0 : 1
})

export const traceroute = tool(['traceroute', 'traceroute6'], async (t: Tool) => {
  const host =
    t.args.findLast((arg) => !arg.startsWith('-') && !/^\d+$/.test(arg)) ??
    t.args.find((arg) => !arg.startsWith('-'))
  if (host === undefined) {
    if (t.busybox) t.usage()
    throw new Exit(
      2,
      'Usage:\n  traceroute [ -46dFITnreAUDV ] [ -f first_ttl ] [ -m max_ttl ] host [ packetlen ]\n',
    )
  }
  t.call.happened({ type: 'connect', host, port: 0, tool: 'traceroute', bytes: new Uint8Array(0) })
  const address = addressOf(t.call.machine, host)
  if (address === undefined) {
    await t.call.sleep(10_000)
    throw new Exit(
      t.busybox ? 1 : 2,
      t.busybox
        ? `traceroute: bad address '${host}'\n`
        : `${host}: Temporary failure in name resolution\nCannot handle "host" cmdline arg \`${host}' on position 1 (argc 1)\n`,
    )
  }
  t.put(`traceroute to ${host} (${address}), 30 hops max, ${t.busybox ? '46' : '60'} byte packets\n`)
  const { gateway } = t.call.machine.network
  t.put(` 1  ${t.busybox ? gateway : `${gateway} (${gateway})`}  0.412 ms  0.387 ms  0.401 ms\n`)
  for (let hop = 2; hop <= 30; hop++) {
    await t.flush()
    await t.call.sleep(5000)
    t.put(`${String(hop).padStart(2)}  * * *\n`)
  }
  return 0
})

/** `nslookup`, `host` and `dig`: no name server answers. */
export const nslookup = tool(['nslookup', 'host', 'dig'], async (t: Tool) => {
  const name = t.args.find((arg) => !/^[-+@]/.test(arg))
  const server = t.call.machine.network.resolvers[0] ?? '127.0.0.1'
  if (name === undefined) return t.busybox ? t.usage() : 1
  t.call.happened({ type: 'connect', host: name, port: 53, tool: t.call.name, bytes: new Uint8Array(0) })
  if (t.busybox) t.put(`Server:\t\t${server}\nAddress:\t${server}:53\n\n`)
  await t.flush()
  await t.call.sleep(10_000)
  if (t.busybox) {
    await t.call.stderr.write(';; connection timed out; no servers could be reached\n\n')
    return 1
  }
  if (t.call.name === 'dig')
    t.put(
      `\n; <<>> DiG 9.18.28-1~deb12u2-Debian <<>> ${t.args.join(' ')}\n;; global options: +cmd\n;; no servers could be reached\n\n`,
    )
  else t.put(';; connection timed out; no servers could be reached\n\n')
  return t.call.name === 'dig' ? 9 : 1
})
