/** What an intruder did on the machine that is worth an event. Strings are byte strings. The decoy that the session belongs to records it. */
export type Happening =
  | {
      /** A line typed at a prompt, or the command of `ssh host command`, or of `sh -c`. */
      readonly type: 'command'
      readonly command: string
      /** False where the first word was not found. */
      readonly found: boolean
    }
  | {
      /** A program was told to fetch something. Nothing is fetched. */
      readonly type: 'download'
      readonly url: string
      /** wget, curl, tftp, ftpget, python … */
      readonly tool: string
      /** Where it was to go; empty for standard output. */
      readonly path: string
      readonly outcome: 'refused' | 'failed' | 'stand-in'
    }
  | {
      /** A file that they brought or made, as it is when it is run, fetched, removed or the session ends. */
      readonly type: 'file'
      readonly path: string
      readonly bytes: Uint8Array
      /** shell, scp, sftp, stdin … */
      readonly via: string
      /** True where more came than is kept. */
      readonly partial: boolean
    }
  | {
      /** A password or a pair that they typed into a program: passwd, chpasswd, su, sudo, useradd. */
      readonly type: 'secret'
      readonly user: string
      readonly password: string
      readonly program: string
    }
  | {
      /** Some other connection was asked for: nc, ssh, telnet, ping. Nothing is connected. */
      readonly type: 'connect'
      readonly host: string
      readonly port: number
      readonly tool: string
      /** The first bytes that were to be sent. */
      readonly bytes: Uint8Array
    }
  | {
      /** A limit of ours ended or refused something. */
      readonly type: 'limit'
      /** cpu, memory, output, files, file_bytes, processes, depth … */
      readonly limit: string
      readonly value: number
    }
