import { smtp } from '../../../src/decoys/smtp/smtp.ts'
import { conformance } from '../conformance.ts'

const hello = 'EHLO client.example\r\n'
const envelope = 'MAIL FROM:<a@client.example>\r\nRCPT TO:<b@target.example>\r\n'

conformance(smtp, {
  config: { error_sleep_ms: 0 },
  openings: [
    `${hello}${envelope}DATA\r\n`,
    `${hello}${envelope}BDAT 2000000000\r\n`,
    `${hello}AUTH LOGIN\r\n`,
    `${hello}STARTTLS\r\n`,
  ],
})
