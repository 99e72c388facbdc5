import type { ClickHouseClient } from '@clickhouse/client'
import { Hono } from 'hono'
import { plainAddress } from '../../../core/address.ts'
import type { Guarded } from '../auth/guard.ts'
import { readableColumn } from '../bytes-column.ts'
import { mostSessionEvents, type SessionRow } from '../contract.ts'
import { badRequest, notFound } from '../errors.ts'
import { keptEventColumns, keptEventRow, type KeptEvent } from '../event-kept.ts'
import {
  addressParameter,
  integerParameter,
  kindsParameter,
  limitParameter,
  servicesParameter,
  timeParameter,
} from '../parameters.ts'
import { rows } from '../store-reader.ts'
import { timeText, Where } from '../where.ts'

/** How far back is looked, step by step, until there are sessions enough, hours. */
const hours = [2, 48, 30 * 24, 400 * 24] as const
const hourMs = 3_600_000
/** An id is made a moment before the session's first event. */
const slackMs = 60_000
/** Characters of a user name asked for. */
const mostName = 1024

interface Kept {
  session: string
  start_text: string
  last_text: string
  service: string
  source_ip: string
  source_port: number
  user_64: string
  duration: string | number
  logins: string | number
  commands: string | number
  files: string | number
  tunnels: string | number
  mails: string | number
  requests: string | number
  recordings: string | number
}

const columns = `session, ${timeText('start')}, ${timeText('last')}, service, source_ip, source_port, user_64, duration, logins,
  commands, files, tunnels, mails, requests, recordings`

/** One row a session of the rows chosen. A user name that was let in is told before one that only tried. */
const grouped = `SELECT session, min(time) AS start, max(time) AS last, argMin(events.service, time) AS service,
  groupUniqArray(events.service) AS services, argMin(events.source_ip, time) AS source_ip, argMin(events.source_port, time) AS source_port,
  base64Encode(argMaxIf(user_name, (toString(fields.accepted) = 'true', time), kind = 'login.attempt')) AS user_64,
  maxIf(toUInt64OrZero(toString(fields.duration_ms)), kind = 'connection.close') AS closed_after,
  if(closed_after > 0, closed_after, toUInt64(dateDiff('millisecond', start, last))) AS duration,
  countIf(kind = 'login.attempt') AS logins, countIf(kind = 'command.run') AS commands, countIf(kind = 'file.captured') AS files,
  countIf(kind = 'tunnel.open') AS tunnels, countIf(kind = 'mail.received') AS mails, countIf(kind = 'http.request') AS requests,
  uniqExactIf(toString(fields.recording), kind = 'session.recorded') AS recordings
  FROM events`

/** Sessions: a connection, or a terminal, and all that happened in it. */
export function sessionRoutes(store: ClickHouseClient): Hono<Guarded> {
  const app = new Hono<Guarded>()

  app.get('/sessions', async (c) => {
    const { signal } = c.req.raw
    const since = timeParameter(c, 'since')
    const before = timeParameter(c, 'before')
    const limit = limitParameter(c)
    const user = c.req.query('user') ?? ''
    if (user.length > mostName) throw badRequest(`user should have ${mostName} characters at most.`)
    const range = addressParameter(c)
    const having = new Where().between('start', since, before)
    const services = servicesParameter(c)
    if (services.length > 0) having.and('hasAny(services, {services:Array(String)})', { services })
    if (user !== '') having.and("countIf(kind = 'login.attempt' AND user_name = {user:String}) > 0", { user })
    for (const what of ['recorded', 'commands'] as const) {
      if ((c.req.query(what) ?? '') !== '') having.and(`${what === 'recorded' ? 'recordings' : what} > 0`)
    }
    const until = before === undefined ? Date.now() + slackMs : Number(BigInt(before) / 1_000_000n) + 1
    const within = (fromMs: number): Promise<Kept[]> => {
      const where = new Where()
        .and("session != '' AND session >= {from:String} AND session < {to:String}", {
          from: firstId(fromMs - slackMs),
          to: firstId(until + 1),
        })
        .and('time >= fromUnixTimestamp64Milli({from_ms:Int64})', { from_ms: Math.max(0, fromMs - slackMs) })
        .inRange('events.source_ip', range)
      return rows<Kept>(
        store,
        `SELECT ${columns} FROM (${grouped} ${where.sql} GROUP BY session HAVING ${having.sql.slice('WHERE '.length) || '1'})
         ORDER BY start DESC, session DESC LIMIT {limit:UInt32}`,
        { ...where.params, ...having.params, limit },
        signal,
      )
    }
    const sinceMs = since === undefined ? 0 : Number(BigInt(since) / 1_000_000n)
    let found: Kept[] = []
    for (const back of hours) {
      const fromMs = until - back * hourMs
      found = await within(Math.max(fromMs, sinceMs))
      if (found.length >= limit || fromMs <= sinceMs) return c.json(found.map(sessionRow))
    }
    return c.json((await within(sinceMs)).map(sessionRow))
  })

  app.get('/sessions/:id', async (c) => {
    const { from, to, fromMs } = idRange(c.req.param('id'))
    const found = await rows<Kept>(
      store,
      `SELECT ${columns} FROM (${grouped} WHERE session >= {from:String} AND session <= {to:String}
         AND time >= fromUnixTimestamp64Milli({from_ms:Int64}) GROUP BY session) ORDER BY session LIMIT 2`,
      { from, to, from_ms: fromMs },
      c.req.raw.signal,
    )
    const [first, second] = found
    if (!first) throw notFound('There is no session whose id is or begins so.')
    if (second) {
      throw badRequest(
        `More than one session's id begins so, ${first.session} and ${second.session} among them. Give more of it.`,
      )
    }
    return c.json(sessionRow(first))
  })

  app.get('/sessions/:id/events', async (c) => {
    const { from, to, fromMs } = idRange(c.req.param('id'))
    if (from !== to) throw badRequest('Events are told for the whole id of a session only.')
    const where = new Where()
      .and('session = {id:String} AND time >= fromUnixTimestamp64Milli({from_ms:Int64})', {
        id: from,
        from_ms: fromMs,
      })
      .oneOf('kind', 'kinds', kindsParameter(c))
    const kept = await rows<KeptEvent>(
      store,
      `SELECT ${keptEventColumns} FROM events ${where.sql} ORDER BY time, id LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
      {
        ...where.params,
        limit: limitParameter(c),
        offset: integerParameter(c, 'offset', { fallback: 0, least: 0, most: mostSessionEvents }),
      },
      c.req.raw.signal,
    )
    return c.json(kept.map(keptEventRow))
  })
  return app
}

function sessionRow(kept: Kept): SessionRow {
  return {
    id: kept.session,
    start: kept.start_text,
    end: kept.last_text,
    service: kept.service,
    source_ip: plainAddress(kept.source_ip),
    source_port: kept.source_port,
    user_name: readableColumn(kept.user_64),
    duration_ms: Number(kept.duration),
    logins: Number(kept.logins),
    commands: Number(kept.commands),
    files: Number(kept.files),
    tunnels: Number(kept.tunnels),
    mails: Number(kept.mails),
    requests: Number(kept.requests),
    recordings: Number(kept.recordings),
  }
}

/** The least UUIDv7 of a millisecond, as far as it matters for comparing. */
function firstId(ms: number): string {
  const digits = Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0')
  return `${digits.slice(0, 8)}-${digits.slice(8)}`
}

/** The ids that a beginning stands for, and the moment before which none of them was made. */
function idRange(prefix: string): { from: string; to: string; fromMs: number } {
  const digits = prefix.replaceAll('-', '')
  if (!/^[0-9a-f-]{8,36}$/.test(prefix) || !/^[0-9a-f]{8,32}$/.test(digits)) {
    throw badRequest("A session's id is a UUID in lower case, or at least its first 8 digits.")
  }
  const whole = (fill: string): string => {
    const all = digits.padEnd(32, fill)
    return [all.slice(0, 8), all.slice(8, 12), all.slice(12, 16), all.slice(16, 20), all.slice(20)].join('-')
  }
  const fromMs = parseInt(digits.slice(0, 12).padEnd(12, '0'), 16)
  return { from: whole('0'), to: whole('f'), fromMs: Math.max(0, fromMs - slackMs) }
}
