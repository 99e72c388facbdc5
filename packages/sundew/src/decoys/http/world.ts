import type { Session } from '../../core/session.ts'
import { addressPage } from './address-pages.ts'
import type { Answer } from './answer.ts'
import type { Body } from './body.ts'
import type { Documents } from './documents.ts'
import type { Place } from './front.ts'
import type { Incoming } from './incoming.ts'
import type { Logins } from './logins.ts'
import type { Persona } from './personas.ts'
import type { HttpRequest } from './request.ts'
import type { Site } from './site.ts'
import { RecordedVisit } from './visit.ts'

/** What all connections share. */
export interface World {
  readonly persona: Persona
  readonly personaName: string
  readonly site: Site
  readonly documents: Documents
  readonly logins: Logins
  readonly hostname: string
  readonly acceptsUploads: boolean
  readonly keptBytes: number
  readonly readBytes: number
  /** Connections that may be waiting for bytes. */
  readonly waiting: Set<Incoming>
}

/** What the persona answers to a request whose body, if any, is in. */
export async function answerOf(
  world: World,
  session: Session,
  request: HttpRequest,
  body: Body | undefined,
  place: Place,
): Promise<Answer> {
  const { front } = world.persona
  const visit = new RecordedVisit(session, world.logins, request, body, place.hostname)
  try {
    const told = addressPage(session, request)
    if (told) return told
    const itself = front.answerItself(request, place)
    if (itself) return itself
    if (body?.lost && body.isUpload) return front.error(request.method === 'PUT' ? 507 : 500, request, place)
    const path = request.path ?? '/'
    if (request.method === 'PUT' && world.acceptsUploads) {
      // An empty file is a file, but there is nothing to keep.
      return front.created(request, place)
    }
    const own = world.documents.own(path)
    if (own) return front.file(request, own, place)
    const site = world.site.visit(visit)
    if (site && 'document' in site) return front.file(request, site.document, place)
    if (site) return front.page(site.page)
    const sample = world.documents.sample(path)
    if (sample) return front.file(request, sample, place)
    if (visit.uploads > 0 && world.acceptsUploads) return front.page(received)
    return front.missing(request, place)
  } finally {
    visit.finish()
  }
}

const received = {
  status: 200,
  type: 'text/html',
  body: '<html>\n<head><title>Upload</title></head>\n<body>\n<p>The file was uploaded.</p>\n</body>\n</html>\n',
}
