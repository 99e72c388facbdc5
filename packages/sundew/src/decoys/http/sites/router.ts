import { randomBytes } from 'node:crypto'
import type { Page } from '../answer.ts'
import type { Site } from '../site.ts'

const style =
  'body{font-family:Arial,Helvetica,sans-serif;background:#e9edf1;margin:0}#bar{background:#1b3a57;color:#fff;padding:14px 24px;font-size:18px}#box{width:340px;margin:80px auto;background:#fff;border:1px solid #b9c4ce;padding:24px}label{display:block;margin:10px 0 4px}input[type=text],input[type=password]{width:100%;box-sizing:border-box;padding:6px}.err{color:#b00020}table{margin:24px;background:#fff;border-collapse:collapse}td{border:1px solid #ccd;padding:6px 14px}'

function html(title: string, body: string, fields: readonly (readonly [string, string])[] = []): Page {
  return {
    status: 200,
    type: 'text/html',
    fields: [...fields, ['Cache-Control', 'no-store'], ['X-Frame-Options', 'SAMEORIGIN']],
    body: `<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>${title}</title><style>${style}</style></head>\n<body><div id="bar">AC1200 Dual-Band Gigabit Router</div>\n${body}\n</body></html>\n`,
  }
}

function loginPage(wrong: boolean): Page {
  return html(
    'Login',
    `<div id="box"><form method="post" action="/cgi-bin/login.cgi">${wrong ? '<p class="err">The user name or password is wrong.</p>' : ''}<label>User name</label><input type="text" name="username" autocomplete="off"><label>Password</label><input type="password" name="password"><p><input type="submit" value="Log in"></p></form></div>`,
  )
}

const statusPage = html(
  'Status',
  `<table><tr><td>Firmware</td><td>V1.0.2.46_60.0.91</td></tr><tr><td>WAN</td><td>Connected (DHCP)</td></tr><tr><td>LAN address</td><td>192.168.1.1 / 255.255.255.0</td></tr><tr><td>Wireless</td><td>2.4 GHz on, 5 GHz on</td></tr></table>\n<form method="post" action="/cgi-bin/upgrade.cgi" enctype="multipart/form-data" style="margin:24px">Firmware upgrade: <input type="file" name="firmware"> <input type="submit" value="Upload"></form>\n<form method="post" action="/cgi-bin/diag.cgi" style="margin:24px">Ping: <input type="text" name="host"> <input type="submit" value="Start"></form>`,
)

/** A home router's pages: a login, and behind it a status page with the forms that worms look for. */
export function router(): Site {
  /** Of this process; nobody outside can know it. */
  const secret = randomBytes(12).toString('hex')
  return {
    visit(visit) {
      const { path, request, fields } = visit
      const inside = visit.cookie('SESSIONID') === secret || visit.basic()
      if (path === '/' || path === '/index.html' || path === '/login.html' || path === '/index.htm') {
        return { page: inside ? statusPage : loginPage(false) }
      }
      if (path === '/cgi-bin/login.cgi' || path === '/login.cgi') {
        const user = fields.get('username')
        const password = fields.get('password')
        if (request.method !== 'POST' || user === undefined || password === undefined)
          return { page: loginPage(false) }
        if (!visit.login(user, password, 'form')) return { page: loginPage(true) }
        return {
          page: {
            status: 302,
            type: 'text/html',
            body: '',
            fields: [
              ['Location', '/'],
              ['Set-Cookie', `SESSIONID=${secret}; path=/; HttpOnly`],
            ],
          },
        }
      }
      if (path.startsWith('/cgi-bin/')) {
        if (!inside) return { page: loginPage(false) }
        if (path === '/cgi-bin/upgrade.cgi' && visit.uploads > 0) {
          return {
            page: html(
              'Upgrade',
              '<div id="box">Checking the file. The router restarts in 120 seconds.</div>',
            ),
          }
        }
        return { page: html('Done', '<div id="box">The settings are being applied.</div>') }
      }
      return undefined
    },
  }
}
