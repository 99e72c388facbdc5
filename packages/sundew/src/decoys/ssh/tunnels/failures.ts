import { openFailure } from '../../../wire/ssh/message/channel-open.ts'

/** Why a tunnel is not opened, as the events name it. */
export type Failure =
  | 'refused'
  | 'timed_out'
  | 'unreachable'
  | 'unknown_name'
  | 'prohibited'
  | 'no_descriptor'

/** The reason and the words of SSH_MSG_CHANNEL_OPEN_FAILURE. */
export type FailureWords = (
  failure: Failure,
  host: string,
  port: number,
) => readonly [code: number, text: string]

const { administrativelyProhibited, connectFailed } = openFailure

/** OpenSSH 9.2: what connect() refuses at once has no words of the system's, and neither has a socket it did not get. */
export const openSshFailures: FailureWords = (failure) => {
  switch (failure) {
    case 'refused':
      return [connectFailed, 'Connection refused']
    case 'timed_out':
      return [connectFailed, 'Connection timed out']
    case 'unknown_name':
      return [connectFailed, 'Name or service not known']
    case 'unreachable':
    case 'no_descriptor':
      return [connectFailed, 'open failed']
    case 'prohibited':
      return [administrativelyProhibited, 'open failed']
  }
}

/** Dropbear 2022.83. */
export const dropbearFailures: FailureWords = (failure, host, port) => {
  switch (failure) {
    case 'refused':
      return [connectFailed, 'Connection refused']
    case 'timed_out':
      return [connectFailed, 'Connection timed out']
    case 'unknown_name':
      return [connectFailed, `Error resolving '${host}' port '${port}'. Name or service not known`]
    case 'unreachable':
      return [connectFailed, 'Network is unreachable']
    case 'no_descriptor':
      return [connectFailed, 'Too many open files']
    case 'prohibited':
      return [administrativelyProhibited, '']
  }
}
