/** One connection to a web server: what is sent, and what is then sent once the answer to it has come. */
export interface HttpScenario {
  readonly name: string
  /** Sent one after another, each once the server is quiet. `%ETAG%` and `%LASTMOD%` stand for those of `/`. */
  readonly say: readonly string[]
}

const get = (path: string, ...headers: string[]): string => request('GET', path, ...headers)

function request(method: string, path: string, ...headers: string[]): string {
  return `${[`${method} ${path} HTTP/1.1`, 'Host: www.example.net', ...headers].join('\r\n')}\r\n\r\n`
}

const form = 'user=root&pass=toor'

/** Good and bad requests of many kinds, those of scanners among them. */
export const httpScenarios: readonly HttpScenario[] = [
  { name: 'the front page', say: [get('/')] },
  { name: 'HEAD of the front page', say: [request('HEAD', '/')] },
  { name: 'HTTP/1.0 without a host', say: ['GET / HTTP/1.0\r\n\r\n'] },
  { name: 'HTTP/1.0 keep-alive', say: ['GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n'] },
  { name: 'HTTP/0.9', say: ['GET /\r\n'] },
  { name: 'HTTP/1.1 without a host', say: ['GET / HTTP/1.1\r\n\r\n'] },
  { name: 'two hosts', say: ['GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'] },
  { name: 'a host that is none', say: ['GET / HTTP/1.1\r\nHost: a b/c\r\n\r\n'] },
  { name: 'a host with a port', say: ['GET /none HTTP/1.1\r\nHost: www.example.net:8080\r\n\r\n'] },
  { name: 'a host with markup', say: ['GET /none HTTP/1.1\r\nHost: <script>\r\n\r\n'] },
  { name: 'not found', say: [get('/none')] },
  { name: 'not found with markup', say: [get('/<script>alert(1)</script>?a=1')] },
  { name: 'HEAD of what is not there', say: [request('HEAD', '/none')] },
  { name: '.htaccess is forbidden', say: [get('/.htaccess')] },
  { name: 'index.html by name', say: [get('/index.html')] },
  { name: 'a path below a file', say: [get('/index.html/more')] },
  { name: 'double slashes and dots', say: [get('//./x/..//index.html')] },
  { name: 'out of the root', say: [get('/../../etc/passwd')] },
  { name: 'out of the root, encoded', say: [get('/%2e%2e/%2e%2e/etc/passwd')] },
  { name: 'an encoded slash', say: [get('/a%2fb')] },
  { name: 'a NUL in the path', say: [get('/a%00b')] },
  { name: 'broken percent', say: [get('/a%zz')] },
  { name: 'a query', say: [get('/?a=b&c=d')] },
  { name: 'Connection: close', say: [get('/', 'Connection: close')] },
  { name: 'two requests in one go', say: [get('/none') + get('/none2')] },
  { name: 'two requests, one after the other', say: [get('/'), get('/none')] },
  { name: 'OPTIONS', say: [request('OPTIONS', '/')] },
  { name: 'OPTIONS *', say: [request('OPTIONS', '*')] },
  { name: 'TRACE', say: [request('TRACE', '/')] },
  { name: 'CONNECT', say: ['CONNECT mail.example.org:25 HTTP/1.1\r\nHost: mail.example.org:25\r\n\r\n'] },
  { name: 'a proxy request', say: ['GET http://www.example.org/ HTTP/1.1\r\nHost: www.example.org\r\n\r\n'] },
  {
    name: 'a proxy request for nothing',
    say: ['GET http://www.example.org/none HTTP/1.1\r\nHost: x\r\n\r\n'],
  },
  { name: 'PUT', say: [`${request('PUT', '/x.txt', 'Content-Length: 5')}hello`] },
  { name: 'DELETE', say: [request('DELETE', '/index.html')] },
  { name: 'PROPFIND', say: [request('PROPFIND', '/', 'Depth: 0', 'Content-Length: 0')] },
  { name: 'a method nobody knows', say: [request('FOOBAR', '/')] },
  { name: 'a method in lower case', say: [request('get', '/')] },
  { name: 'a method nobody knows, for nothing', say: [request('FOOBAR', '/none')] },
  { name: 'POST to a page', say: [`${request('POST', '/', `Content-Length: ${form.length}`)}${form}`] },
  { name: 'POST to nothing', say: [`${request('POST', '/none', `Content-Length: ${form.length}`)}${form}`] },
  { name: 'POST without a length', say: [request('POST', '/')] },
  {
    name: 'POST with Expect',
    say: [request('POST', '/none', 'Expect: 100-continue', 'Content-Length: 5'), 'hello'],
  },
  { name: 'another Expect', say: [get('/', 'Expect: 200-ok')] },
  {
    name: 'POST in chunks',
    say: [`${request('POST', '/none', 'Transfer-Encoding: chunked')}5\r\nhello\r\n0\r\n\r\n`],
  },
  {
    name: 'chunks that are none',
    say: [`${request('POST', '/none', 'Transfer-Encoding: chunked')}xyz\r\nhello\r\n`],
  },
  { name: 'a length that is none', say: [request('POST', '/none', 'Content-Length: abc')] },
  { name: 'a negative length', say: [request('POST', '/none', 'Content-Length: -1')] },
  {
    name: 'two lengths',
    say: [`${request('POST', '/none', 'Content-Length: 5', 'Content-Length: 6')}hello!`],
  },
  {
    name: 'length and chunks',
    say: [
      `${request('POST', '/none', 'Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n${get('/none2')}`,
    ],
  },
  { name: 'an encoding nobody knows', say: [request('POST', '/none', 'Transfer-Encoding: xchunked')] },
  {
    name: 'gzip, chunked',
    say: [`${request('POST', '/none', 'Transfer-Encoding: gzip, chunked')}0\r\n\r\n`],
  },
  { name: 'Range', say: [get('/', 'Range: bytes=0-9')] },
  { name: 'Range at the end', say: [get('/', 'Range: bytes=-5')] },
  { name: 'Range past the end', say: [get('/', 'Range: bytes=999999-')] },
  { name: 'Range of nonsense', say: [get('/', 'Range: lines=1-2')] },
  { name: 'If-None-Match', say: [get('/', 'If-None-Match: %ETAG%')] },
  { name: 'If-None-Match of another', say: [get('/', 'If-None-Match: "other"')] },
  { name: 'If-Modified-Since', say: [get('/', 'If-Modified-Since: %LASTMOD%')] },
  { name: 'If-Modified-Since long ago', say: [get('/', 'If-Modified-Since: Sat, 29 Oct 1994 19:43:31 GMT')] },
  {
    name: 'If-Unmodified-Since long ago',
    say: [get('/', 'If-Unmodified-Since: Sat, 29 Oct 1994 19:43:31 GMT')],
  },
  { name: 'If-Match of another', say: [get('/', 'If-Match: "other"')] },
  { name: 'gzip accepted', say: [request('HEAD', '/', 'Accept-Encoding: gzip, deflate')] },
  {
    name: 'Upgrade to h2c',
    say: [
      get('/', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'),
    ],
  },
  { name: 'HTTP/2 preface', say: ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'] },
  { name: 'HTTP/2.0', say: ['GET / HTTP/2.0\r\nHost: x\r\n\r\n'] },
  { name: 'HTTP/1.2', say: ['GET / HTTP/1.2\r\nHost: x\r\n\r\n'] },
  { name: 'HTTP/9', say: ['GET / HTTP/9\r\nHost: x\r\n\r\n'] },
  { name: 'another protocol', say: ['EHLO example.org\r\n'] },
  { name: 'another protocol, then an empty line', say: ['SSH-2.0-Go\r\n\r\n'] },
  { name: 'NULs', say: ['\0\0\0\0\0\0\r\n\r\n'] },
  { name: 'a TLS hello', say: ['\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n'] },
  { name: 'empty lines before a request', say: [`\r\n\r\n${get('/none')}`] },
  { name: 'bare line feeds', say: ['GET /none HTTP/1.1\nHost: x\n\n'] },
  { name: 'a tab in the request line', say: ['GET\t/none HTTP/1.1\r\nHost: x\r\n\r\n'] },
  { name: 'two spaces in the request line', say: ['GET  /none  HTTP/1.1\r\nHost: x\r\n\r\n'] },
  { name: 'words after the version', say: ['GET /none HTTP/1.1 x\r\nHost: x\r\n\r\n'] },
  { name: 'a header without a colon', say: [get('/', 'nonsense')] },
  { name: 'a header that begins with a blank', say: [get('/', ' folded: x')] },
  { name: 'a blank before the colon', say: [get('/', 'X-Blank : x')] },
  { name: 'a name with markup', say: [get('/', 'X<y>: x')] },
  { name: 'a folded header', say: [get('/none', 'X-Long: a', ' b')] },
  { name: 'a bare carriage return in a header', say: [get('/', 'X-Cr: a\rb')] },
  { name: 'a NUL in a header', say: [get('/', 'X-Nul: a\0b')] },
  { name: 'a header of 8 KiB', say: [get('/none', `X-Long: ${'a'.repeat(8_000)}`)] },
  { name: 'a header too long', say: [get('/none', `X-Long: ${'a'.repeat(9_000)}`)] },
  { name: 'a path of 8 KiB', say: [get(`/${'a'.repeat(8_000)}`)] },
  { name: 'a path too long', say: [get(`/${'a'.repeat(9_000)}`)] },
  { name: 'a hundred headers', say: [get('/none', ...Array.from({ length: 99 }, (_, i) => `X-${i}: ${i}`))] },
  { name: 'too many headers', say: [get('/none', ...Array.from({ length: 120 }, (_, i) => `X-${i}: ${i}`))] },
  { name: 'Shellshock', say: [get('/cgi-bin/status', 'User-Agent: () { :;}; echo vulnerable')] },
  { name: 'a cookie and a login', say: [get('/none', 'Authorization: Basic cm9vdDp0b29y', 'Cookie: a=b')] },
  { name: 'a path of one dot', say: [get('/.')] },
  { name: 'a target without a slash', say: [get('index.html')] },
  { name: 'a target that is a star', say: [get('*')] },
  { name: 'a fragment', say: [get('/none#part')] },
  { name: 'high bytes in the path', say: [get('/caf\xc3\xa9\xff')] },
]
