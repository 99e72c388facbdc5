import { pf } from '../../../src/intel/publish/pf.ts'
import { conforms } from './conformance.ts'
import { entryLines, onlyFile } from './rendered.ts'

conforms(pf, { read: (files) => ({ addresses: entryLines(onlyFile(files)) }) })
