import { alertFile } from './alert-file/alert-file.ts'
import { cowrieJson } from './cowrie-json/cowrie-json.ts'
import { jsonLines } from './json-lines/json-lines.ts'
import { mail } from './mail/mail.ts'
import type { Output } from './output.ts'
import { syslog } from './syslog/syslog.ts'
import { webhook } from './webhook/webhook.ts'

/** Every output, in the order of the documentation. A new one is a file or folder here, a line below, and a test. */
export const outputs: readonly Output<never>[] = [
  listed(alertFile),
  listed(syslog),
  listed(mail),
  listed(webhook),
  listed(jsonLines),
  listed(cowrieJson),
]

/** What `open` takes is only what the output's own `config` gave, so the list need not know its type. */
function listed<C>(output: Output<C>): Output<never> {
  return output as unknown as Output<never>
}
