import { escapeHtml } from '../answer.ts'
import type { HttpRequest } from '../request.ts'

/** Reason phrases as Apache 2.4 writes them. */
export const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  206: 'Partial Content',
  301: 'Moved Permanently',
  302: 'Found',
  304: 'Not Modified',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  412: 'Precondition Failed',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Long',
  416: 'Requested Range Not Satisfiable',
  417: 'Expectation Failed',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  505: 'HTTP Version Not Supported',
  507: 'Insufficient Storage',
}

/** What Apache's page for a status says between its heading and its foot. `note` is our text, or for a 417 the peer's. */
export function apacheMessages(status: number, request: HttpRequest | undefined, note: string): string {
  const method = escapeHtml(request?.method ?? '')
  switch (status) {
    case 201:
      return `<p>Resource ${escapeHtml(note)} has been created.</p>\n`
    case 400:
      return `<p>Your browser sent a request that this server could not understand.<br />\n${note}${note.startsWith('Reason:') ? '\n' : ''}</p>\n`
    case 401:
      return `<p>This server could not verify that you\nare authorized to access the document\nrequested.  Either you supplied the wrong\ncredentials (e.g., bad password), or your\nbrowser doesn't understand how to supply\nthe credentials required.</p>\n`
    case 403:
      return `<p>You don't have permission to access this resource.</p>\n`
    case 404:
      return `<p>The requested URL was not found on this server.</p>\n`
    case 405:
      return `<p>The requested method ${method} is not allowed for this URL.</p>\n`
    case 408:
      return `<p>Server timeout waiting for the HTTP request from the client.</p>\n`
    case 413:
      return `<p>The requested resource does not allow request data with ${method} requests, or the amount of data provided in\nthe request exceeds the capacity limit.</p>\n`
    case 414:
      return `<p>The requested URL's length exceeds the capacity\nlimit for this server.<br />\n</p>\n`
    case 416:
      return `<p>None of the range-specifier values in the Range\nrequest-header field overlap the current extent\nof the selected resource.</p>\n`
    case 417:
      return `<p>The expectation given in the Expect request-header\nfield could not be met by this server.\nThe client sent<pre>\n    Expect: ${escapeHtml(note)}\n</pre>\n</p><p>Only the 100-continue expectation is supported.</p>\n`
    case 501:
      return `<p>${method} not supported for current URL.<br />\n</p>\n`
    case 507:
      return `<p>The method could not be performed on the resource\nbecause the server is unable to store the\nrepresentation needed to successfully complete the\nrequest.  There is insufficient free space left in\nyour storage allocation.</p>\n`
    default:
      return `<p>The server encountered an internal error or\nmisconfiguration and was unable to complete\nyour request.</p>\n`
  }
}
