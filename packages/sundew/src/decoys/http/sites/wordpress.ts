import { randomBytes } from 'node:crypto'
import { escapeHtml, type Page } from '../answer.ts'
import type { Site, Visit } from '../site.ts'

const version = '6.6.2'
const utf8 = 'text/html; charset=UTF-8'
const never: readonly (readonly [string, string])[] = [
  ['Expires', 'Wed, 11 Jan 1984 05:00:00 GMT'],
  ['Cache-Control', 'no-cache, must-revalidate, max-age=0, no-store, private'],
]

/** A WordPress: what its scanners look at, the login they try, and behind it the form that takes plug-ins. */
export function wordpress(): Site {
  /** Of this process; nobody outside can know it. */
  const secret = randomBytes(16).toString('hex')
  const cookie = `wordpress_logged_in_${randomBytes(16).toString('hex')}`
  return {
    visit(visit) {
      const { path } = visit
      const inside = visit.cookie(cookie) === secret
      if (path === '/' || path === '/index.php') return { page: frontPage(visit) }
      if (path === '/readme.html') return { page: readme }
      if (path === '/wp-login.php') return { page: loginOrPage(visit, cookie, secret) }
      if (path === '/xmlrpc.php') return { page: xmlRpc(visit) }
      if (path === '/wp-admin' || path.startsWith('/wp-admin/')) return { page: admin(visit, inside) }
      return undefined
    },
  }
}

function base(visit: Visit): string {
  return `${visit.https ? 'https' : 'http'}://${escapeHtml(visit.request.host ?? visit.hostname)}`
}

function frontPage(visit: Visit): Page {
  const home = base(visit)
  return {
    status: 200,
    type: utf8,
    fields: [['Link', `<${home}/index.php?rest_route=/>; rel="https://api.w.org/"`]],
    body: `<!DOCTYPE html>\n<html lang="en-US">\n<head>\n<meta charset="UTF-8" />\n<meta name="viewport" content="width=device-width, initial-scale=1" />\n<meta name="generator" content="WordPress ${version}" />\n<title>Notes</title>\n<link rel="EditURI" type="application/rsd+xml" title="RSD" href="${home}/xmlrpc.php?rsd" />\n<link rel='stylesheet' href='${home}/wp-includes/css/dist/block-library/style.min.css?ver=${version}' media='all' />\n</head>\n<body class="home blog wp-embed-responsive">\n<h1><a href="${home}/">Notes</a></h1>\n<article><h2>Hello</h2><p>The first post of this site. There will be more.</p></article>\n<p><a href="${home}/wp-login.php">Log in</a></p>\n</body>\n</html>\n`,
  }
}

const readme: Page = {
  status: 200,
  type: 'text/html',
  body: `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8" />\n<title>WordPress &rsaquo; ReadMe</title>\n</head>\n<body>\n<h1 id="logo">WordPress</h1>\n<p>Version ${version}</p>\n<h2>Installation</h2>\n<p>Unpack the archive, open <a href="wp-admin/install.php">wp-admin/install.php</a> in a browser and follow it.</p>\n<h2>System requirements</h2>\n<p>PHP 7.2.24 or newer, MySQL 5.5.5 or newer.</p>\n</body>\n</html>\n`,
}

function loginForm(visit: Visit, wrong: string | undefined): Page {
  const home = base(visit)
  const error =
    wrong === undefined
      ? ''
      : `<div id="login_error" class="notice notice-error"><p><strong>Error:</strong> The password you entered for the username <strong>${escapeHtml(wrong)}</strong> is incorrect. <a href="${home}/wp-login.php?action=lostpassword">Lost your password?</a></p></div>\n`
  return {
    status: 200,
    type: utf8,
    fields: [
      ...never,
      ['Set-Cookie', 'wordpress_test_cookie=WP%20Cookie%20check; path=/; HttpOnly'],
      ['X-Frame-Options', 'SAMEORIGIN'],
    ],
    body: `<!DOCTYPE html>\n<html lang="en-US">\n<head>\n<meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />\n<title>Log In &lsaquo; Notes &#8212; WordPress</title>\n<meta name='robots' content='max-image-preview:large, noindex, noarchive' />\n</head>\n<body class="login no-js login-action-login wp-core-ui locale-en-us">\n<div id="login">\n<h1><a href="https://wordpress.org/">Powered by WordPress</a></h1>\n${error}<form name="loginform" id="loginform" action="${home}/wp-login.php" method="post">\n<p><label for="user_login">Username or Email Address</label>\n<input type="text" name="log" id="user_login" class="input" value="${wrong === undefined ? '' : escapeHtml(wrong)}" size="20" autocapitalize="off" autocomplete="username" required="required" /></p>\n<p><label for="user_pass">Password</label>\n<input type="password" name="pwd" id="user_pass" class="input password-input" value="" size="20" autocomplete="current-password" required="required" /></p>\n<p class="forgetmenot"><input name="rememberme" type="checkbox" id="rememberme" value="forever" /> <label for="rememberme">Remember Me</label></p>\n<p class="submit"><input type="submit" name="wp-submit" id="wp-submit" class="button button-primary button-large" value="Log In" />\n<input type="hidden" name="redirect_to" value="${home}/wp-admin/" />\n<input type="hidden" name="testcookie" value="1" /></p>\n</form>\n</div>\n</body>\n</html>\n`,
  }
}

function loginOrPage(visit: Visit, cookie: string, secret: string): Page {
  const user = visit.fields.get('log')
  const password = visit.fields.get('pwd')
  if (visit.request.method !== 'POST' || user === undefined || password === undefined)
    return loginForm(visit, undefined)
  if (!visit.login(user, password, 'form')) return loginForm(visit, user)
  return {
    status: 302,
    type: utf8,
    fields: [
      ...never,
      ['Set-Cookie', `${cookie}=${secret}; path=/; HttpOnly`],
      ['X-Redirect-By', 'WordPress'],
      ['Location', `${base(visit)}/wp-admin/`],
    ],
    body: '',
  }
}

function admin(visit: Visit, inside: boolean): Page {
  const home = base(visit)
  if (!inside) {
    const back = encodeURIComponent(`${home}${visit.path}`)
    return {
      status: 302,
      type: utf8,
      fields: [
        ...never,
        ['X-Redirect-By', 'WordPress'],
        ['Location', `${home}/wp-login.php?redirect_to=${back}&reauth=1`],
      ],
      body: '',
    }
  }
  const done =
    visit.uploads > 0 ? '<p>Unpacking the package&#8230;</p><p>Plugin installed successfully.</p>' : ''
  return {
    status: 200,
    type: utf8,
    fields: never,
    body: `<!DOCTYPE html>\n<html lang="en-US">\n<head><title>Dashboard &lsaquo; Notes &#8212; WordPress</title></head>\n<body class="wp-admin wp-core-ui">\n<div class="wrap"><h1>Dashboard</h1>\n${done}<h2>Upload Plugin</h2>\n<form method="post" enctype="multipart/form-data" class="wp-upload-form" action="${home}/wp-admin/update.php?action=upload-plugin">\n<input type="hidden" name="_wpnonce" value="8c1d3f0a7e" />\n<input type="file" name="pluginzip" accept=".zip" />\n<input type="submit" name="install-plugin-submit" class="button" value="Install Now" />\n</form></div>\n</body>\n</html>\n`,
  }
}

function xmlRpc(visit: Visit): Page {
  const xml = 'text/xml; charset=UTF-8'
  if (visit.request.method !== 'POST') {
    return {
      status: 405,
      type: 'text/plain;charset=UTF-8',
      fields: [['Allow', 'POST']],
      body: 'XML-RPC server accepts POST requests only.',
    }
  }
  if (/system\.listMethods/.test(visit.body)) {
    const names = [
      'system.multicall',
      'system.listMethods',
      'system.getCapabilities',
      'wp.getUsersBlogs',
      'wp.getPosts',
      'wp.uploadFile',
      'pingback.ping',
    ]
    const values = names.map((name) => `  <value><string>${name}</string></value>\n`).join('')
    return {
      status: 200,
      type: xml,
      body: `<?xml version="1.0" encoding="UTF-8"?>\n<methodResponse>\n  <params>\n    <param>\n      <value>\n      <array><data>\n${values}</data></array>\n      </value>\n    </param>\n  </params>\n</methodResponse>\n`,
    }
  }
  const [code, text] = /pingback\.ping/.test(visit.body) ? [0, ''] : [403, 'Incorrect username or password.']
  return {
    status: 200,
    type: xml,
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<methodResponse>\n  <fault>\n    <value>\n      <struct>\n        <member>\n          <name>faultCode</name>\n          <value><int>${code}</int></value>\n        </member>\n        <member>\n          <name>faultString</name>\n          <value><string>${text}</string></value>\n        </member>\n      </struct>\n    </value>\n  </fault>\n</methodResponse>\n`,
  }
}
