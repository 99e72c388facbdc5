/**
 * Makes the sample documents that the HTTP decoy serves, into packages/sundew/assets/samples/. The same bytes at every
 * run: run it after a change here, and commit what it made.
 *
 *     node scripts/make-samples.ts
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gz, tar, zip } from './samples/archives.ts'
import { doc, docx, pdf, xls, xlsx } from './samples/papers.ts'
import { gif, ico, jpg, png } from './samples/pictures.ts'
import { apk, exe, mp3 } from './samples/programs.ts'

const text = 'Sample document'
const plain = Buffer.from(`${text}\n`)
const page = Buffer.from(
  `<!DOCTYPE html>\n<html>\n<head><title>${text}</title></head>\n<body>\n<h1>${text}</h1>\n<p>Nothing else is here.</p>\n</body>\n</html>\n`,
)
const inside = [{ name: 'sample.txt', data: plain }]

const samples: Readonly<Record<string, Buffer>> = {
  html: page,
  htm: page,
  txt: plain,
  css: Buffer.from('body {\n  font-family: sans-serif;\n  margin: 2em;\n}\n'),
  js: Buffer.from("(function () {\n  'use strict'\n  return 0\n})()\n"),
  json: Buffer.from(`${JSON.stringify({ title: text, items: [] })}\n`),
  xml: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n<sample>\n  <title>${text}</title>\n</sample>\n`),
  sh: Buffer.from('#!/bin/sh\nexit 0\n'),
  png: png(64),
  gif: gif(64),
  jpg: jpg(64),
  jpeg: jpg(64),
  ico: ico(),
  pdf: pdf(text),
  doc: doc(text),
  docx: docx(text),
  xls: xls(text),
  xlsx: xlsx(text),
  zip: zip(inside),
  jar: zip([{ name: 'META-INF/MANIFEST.MF', data: Buffer.from('Manifest-Version: 1.0\r\n\r\n') }, ...inside]),
  tar: tar(inside),
  gz: gz(plain),
  tgz: gz(tar(inside)),
  exe: exe(),
  apk: apk(),
  mp3: mp3(),
}

const folder = join(import.meta.dirname, '../packages/sundew/assets/samples')
await mkdir(folder, { recursive: true })
for (const [extension, data] of Object.entries(samples))
  await writeFile(join(folder, `sample.${extension}`), data)
console.log(`${Object.keys(samples).length} samples in ${folder}`)
