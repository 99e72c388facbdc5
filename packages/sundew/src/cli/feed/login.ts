import { byteString, readable } from '../../event/bytes.ts'
import type { KindFields } from '../../event/event.ts'
import type { EventRow, LoginRow } from '../../hub/api/contract.ts'
import type { Login } from '../../outputs/logstalgia/balls.ts'

/** Mechanisms that show a password, whatever they are called: an empty one is one. */
const showsPassword = /^(?:password|login|plain|basic|form|keyboard-interactive)$/i

/** A login as the store has it. */
export function loginOfRow(row: LoginRow): Login {
  const [user, password] = [row.user_name_64, row.password_64].map((text) =>
    readable(byteString(Buffer.from(text, 'base64'))),
  )
  return {
    at: Date.parse(row.time),
    source: row.source_ip,
    user: user!,
    accepted: row.accepted === 1,
    sensor: row.sensor,
    service: row.service,
    ...shown({ password: password!, mechanism: row.mechanism, keyType: row.key_type }),
  }
}

/** A login as the live feed tells it. */
export function loginOfEvent({ time, source_ip, sensor, service, fields }: EventRow): Login {
  const text = (name: string) => {
    const value = fields[name]
    return typeof value === 'string' ? value : ''
  }
  return {
    at: Date.parse(time),
    source: source_ip,
    user: text('user_name'),
    accepted: fields['accepted'] === true,
    sensor,
    service,
    ...shown({ password: text('password'), mechanism: text('mechanism'), keyType: text('key_type') }),
  }
}

/** A login as a log of another honeypot tells it. */
export function loginOfFields(
  fields: KindFields<'login.attempt'>,
  { at, source }: { readonly at: number; readonly source: string },
): Login {
  const { user_name, password, mechanism, key_type = '', accepted } = fields
  return {
    at,
    source,
    user: readable(user_name),
    accepted,
    ...shown({ password: password === undefined ? '' : readable(password), mechanism, keyType: key_type }),
  }
}

function shown(about: {
  readonly password: string
  readonly mechanism: string
  readonly keyType: string
}): Pick<Login, 'password' | 'how'> {
  const { password, mechanism, keyType } = about
  const how = keyType === '' ? mechanism : `key ${keyType}`
  return {
    how,
    password: password !== '' || (keyType === '' && showsPassword.test(mechanism)) ? password : undefined,
  }
}
