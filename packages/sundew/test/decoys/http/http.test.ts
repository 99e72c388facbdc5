import { http } from '../../../src/decoys/http/http.ts'
import { conformance } from '../conformance.ts'

conformance(http, {
  openings: [
    'GET / HTTP/1.1\r\nHost: x\r\n',
    'POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\n',
    'POST /upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n',
    'POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: 150000000\r\n\r\n--B\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\n',
  ],
})
