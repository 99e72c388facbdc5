import { messageNumber } from './message-number.ts'
import { WireReader, type Parsed } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

/** SSH_MSG_USERAUTH_REQUEST (RFC 4252 §5): who, for what, and how. What the client made up stays bytes. */
export interface AuthRequest {
  readonly user: Uint8Array
  readonly service: string
  readonly attempt: AuthAttempt
}

/** How a client wants to prove who it is. `other` has a method that is not known here, and what follows its name. */
export type AuthAttempt =
  | { readonly method: 'none' }
  | PasswordAttempt
  | PublicKeyAttempt
  | { readonly method: 'keyboard-interactive'; readonly language: Uint8Array; readonly devices: Uint8Array }
  | { readonly method: 'other'; readonly name: string; readonly fields: Uint8Array }

/** RFC 4252 §8; `newPassword` where the client changes it. */
export interface PasswordAttempt {
  readonly method: 'password'
  readonly password: Uint8Array
  readonly newPassword: Uint8Array | undefined
}

/** RFC 4252 §7, and OpenSSH's variant that names the host's key (its PROTOCOL §3.1). */
export interface PublicKeyAttempt {
  readonly method: 'publickey'
  readonly algorithm: string
  readonly blob: Uint8Array
  /** The host's key that `publickey-hostbound-v00@openssh.com` names. */
  readonly hostKey: Uint8Array | undefined
  /** Undefined where the client only asks whether the key would do. */
  readonly signature: Uint8Array | undefined
  /** The message up to the signature: what it signs after the session's identifier. */
  readonly signed: Uint8Array
}

export function parseAuthRequest(payload: Uint8Array): Parsed<AuthRequest> {
  const reader = new WireReader(payload, messageNumber.userauthRequest)
  const user = reader.string()
  const service = reader.name()
  const attempt = parseAttempt(reader.name(), reader, payload)
  return reader.finish({ user, service, attempt })
}

/** What every request begins with: sshd looks at the rest only where it knows the method and allows it. */
export interface AuthHead {
  readonly user: Uint8Array
  readonly service: string
  readonly method: string
}

export function parseAuthHead(payload: Uint8Array): Parsed<AuthHead> {
  const reader = new WireReader(payload, messageNumber.userauthRequest)
  const message = { user: reader.string(), service: reader.name(), method: reader.name() }
  reader.rest()
  return reader.finish(message)
}

/** What a key's offer begins with; the signature may be missing or of no use, and more may follow. */
export interface KeyOffer {
  readonly hasSignature: boolean
  readonly algorithm: string
  readonly blob: Uint8Array
}

export function parseKeyOffer(payload: Uint8Array): Parsed<KeyOffer> {
  const reader = new WireReader(payload, messageNumber.userauthRequest)
  for (let field = 0; field < 3; field++) reader.string()
  const message = { hasSignature: reader.flag(), algorithm: reader.name(), blob: reader.string() }
  reader.rest()
  return reader.finish(message)
}

function parseAttempt(name: string, reader: WireReader, payload: Uint8Array): AuthAttempt {
  switch (name) {
    case 'none':
      return { method: 'none' }
    case 'password': {
      const change = reader.flag()
      const password = reader.string()
      return { method: 'password', password, newPassword: change ? reader.string() : undefined }
    }
    case 'publickey':
    case 'publickey-hostbound-v00@openssh.com': {
      const hasSignature = reader.flag()
      const algorithm = reader.name()
      const blob = reader.string()
      const hostKey = name === 'publickey' ? undefined : reader.string()
      const signed = payload.subarray(0, payload.length - reader.left)
      const signature = hasSignature ? reader.string() : undefined
      return { method: 'publickey', algorithm, blob, hostKey, signature, signed }
    }
    case 'keyboard-interactive':
      return { method: 'keyboard-interactive', language: reader.string(), devices: reader.string() }
    default:
      return { method: 'other', name, fields: reader.rest() }
  }
}

/** Answers that a message may have (OpenSSH's `SSH2_MSG_USERAUTH_INFO_RESPONSE` takes 100 at most). */
export const maxAnswers = 100

/** The answers to `writeInfoRequest`'s questions (RFC 4256 §3.4), as sent; `too-many` past `maxAnswers`. */
export function parseInfoResponse(payload: Uint8Array): Parsed<readonly Uint8Array[]> | 'too-many' {
  const reader = new WireReader(payload, messageNumber.infoResponse)
  const count = reader.uint32()
  if (count > maxAnswers) return 'too-many'
  const answers = Array.from({ length: count }, () => reader.string())
  return reader.finish(answers)
}

/** A question of keyboard-interactive (RFC 4256 §3.2). */
export interface Question {
  readonly prompt: string
  readonly echo: boolean
}

export function writeInfoRequest(
  name: string,
  instruction: string,
  questions: readonly Question[],
): Uint8Array {
  const writer = new WireWriter(messageNumber.infoRequest).string(name).string(instruction).string('')
  writer.uint32(questions.length)
  for (const { prompt, echo } of questions) writer.string(prompt).flag(echo)
  return writer.bytes()
}

/** `methods` are those that can go on; `partial` where this one succeeded and others are wanted as well. */
export function writeAuthFailure(methods: readonly string[], partial: boolean): Uint8Array {
  return new WireWriter(messageNumber.userauthFailure).names(methods).flag(partial).bytes()
}

export function writeAuthSuccess(): Uint8Array {
  return new WireWriter(messageNumber.userauthSuccess).bytes()
}

export function writeAuthBanner(text: string): Uint8Array {
  return new WireWriter(messageNumber.userauthBanner).string(text).string('').bytes()
}

/** The key would do: its owner may sign. */
export function writePublicKeyOk(algorithm: string, blob: Uint8Array): Uint8Array {
  return new WireWriter(messageNumber.publicKeyOk).string(algorithm).string(blob).bytes()
}
