import type { Document } from '../answer.ts'
import type { Site } from '../site.ts'

/** A server that was just installed: its front page and nothing else. */
export function still(front: Document): Site {
  return {
    visit: ({ path }) => (path === '/' || path === '/index.html' ? { document: front } : undefined),
  }
}
