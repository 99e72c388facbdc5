import { options } from '../common/options.ts'
import { tool, type Tool } from '../common/tool.ts'
import { versionOf } from '../common/version.ts'
import { copyOne } from './copying.ts'
import { targets } from './targets.ts'

export const cp = tool('cp', async (t: Tool) => {
  const o = options(
    t,
    'abdfHilLnprst:uvxPRS:TZ',
    'archive=a attributes-only backup? copy-contents debug force=f interactive=i link=l dereference=L no-clobber=n no-dereference=P preserve?=preserve no-preserve: parents recursive=r reflink? remove-destination sparse: strip-trailing-slashes suffix:=S symbolic-link=s target-directory:=t no-target-directory=T update=u verbose=v one-file-system=x context?',
  )
  if (o.has('version'))
    return versionOf(t, 'coreutils', 'Torbjorn Granlund, David MacKenzie, and Jim Meyering')
  const archive = o.has('a')
  const recursive = archive || o.has('r', 'R')
  const preserve = (o.value('preserve') ?? '').split(',')
  const all = archive || preserve.includes('all')
  const plain = o.has('p') || (o.has('preserve') && o.value('preserve') === '')
  const lastLinks = o.list.findLast(
    ([k]) => k === 'L' || k === 'P' || k === 'd' || k === 'H' || k === 'a',
  )?.[0]
  const lastAsk = o.list.findLast(([k]) => k === 'i' || k === 'n')?.[0]
  for (const [from, to] of targets(t, o, 'cp'))
    await copyOne(t, from, to, {
      recursive,
      follow: lastLinks === 'L' || (lastLinks === undefined && !recursive),
      mode: all || plain || preserve.includes('mode'),
      owner: all || plain || preserve.includes('ownership'),
      times: all || plain || preserve.includes('timestamps'),
      force: o.has('f') || o.has('remove-destination'),
      noClobber: lastAsk === 'n',
      update: o.has('u'),
      ask: lastAsk === 'i',
      verbose: o.has('v'),
      link: o.has('l') ? 'hard' : o.has('s') ? 'symbolic' : undefined,
      move: false,
    }).then((done) => {
      if (!done) t.status = 1
    })
  return t.status
})
