import { isObject, listOf, textOf, textsOf } from '../json-fields.ts'

/** Galaxies whose clusters are malware. */
const malwareGalaxies =
  /^misp-galaxy:(?:malpedia|tool|ransomware|rat|stealer|banker|botnet|backdoor|cryptominers|exploit-kit|android|(?:mitre-)?(?:enterprise-attack-)?malware|mitre-tool)="([^"]+)"$/i
const confidence: Readonly<Record<string, number>> = {
  'completely-confident': 100,
  'usually-confident': 75,
  'fairly-confident': 50,
  'rarely-confident': 25,
  unconfident: 0,
}

/** What the tags of an event or attribute say. */
export interface MispTags {
  readonly names: readonly string[]
  /** Of galaxies: `Locky, Emotet`; '' where there is none. */
  readonly malware: string
  /** red, amber …; '' where there is none. */
  readonly tlp: string
  /** 0 to 100, by `misp:confidence-level`. */
  readonly confidence: number | undefined
  /** It is likely to be a false positive, by `false-positive:risk`. */
  readonly isLikelyFalse: boolean
}

/** Reads a list of tags, `[{name}]`. */
export function mispTags(value: unknown): MispTags {
  const names = textsOf(listOf(value).map((tag) => (isObject(tag) ? tag['name'] : undefined)))
  const first = (form: RegExp) => names.map((name) => form.exec(name)?.[1]).find((one) => one !== undefined)
  const malware = names.flatMap((name) => malwareGalaxies.exec(name)?.[1] ?? [])
  // MITRE's end in their number: `Emotet - S0367`.
  const plain = malware.map((name) => name.replace(/ - S\d{4}$/, ''))
  const level = first(/^misp:confidence-level="([^"]+)"$/i)
  return {
    names,
    malware: textOf(textsOf(plain).join(', ')),
    tlp: first(/^tlp:([a-z+:-]{1,20})$/i)?.toLowerCase() ?? '',
    confidence: level !== undefined && Object.hasOwn(confidence, level) ? confidence[level] : undefined,
    isLikelyFalse: names.some((name) => /^false-positive:risk="high"$/i.test(name)),
  }
}
