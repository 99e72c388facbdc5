import type { CertificateOptions } from '../certificates.ts'
import { assetPage } from './documents.ts'
import type { Front } from './front.ts'
import { apache } from './fronts/apache.ts'
import { nginx } from './fronts/nginx.ts'
import type { Site } from './site.ts'
import { router } from './sites/router.ts'
import { still } from './sites/still.ts'
import { wordpress } from './sites/wordpress.ts'

/** Somebody to be: a web server's manners, and what stands on it. */
export interface Persona {
  readonly front: Front
  /** `modified` is when the machine pretends to have been set up. */
  site(modified: Date): Promise<Site>
  /** How its certificate differs from that of a Debian host. */
  readonly certificate?: Pick<CertificateOptions, 'subject' | 'perName' | 'ciphers'>
}

export const personaNames = ['apache', 'nginx', 'router', 'wordpress'] as const
export type PersonaName = (typeof personaNames)[number]

const debianApache = 'Apache/2.4.71 (Debian)'

export const personas: Readonly<Record<PersonaName, Persona>> = {
  apache: {
    front: apache({ server: debianApache }),
    site: async (modified) => still(await assetPage('apache-debian.html', modified)),
  },
  nginx: {
    front: nginx({ server: 'nginx/1.22.1' }),
    site: async (modified) => still(await assetPage('nginx.html', modified)),
  },
  router: {
    front: nginx({ server: 'nginx' }),
    site: async () => router(),
    certificate: {
      subject: [{ C: ['TW'] }, { O: ['Router'] }, { OU: ['AC1200'] }, { CN: ['192.168.1.1'] }],
      perName: false,
      // What old firmware still speaks.
      ciphers: 'ALL:!aNULL:!eNULL@SECLEVEL=0',
    },
  },
  wordpress: {
    front: apache({ server: debianApache }),
    site: async () => wordpress(),
  },
}
