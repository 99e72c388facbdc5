import type { Logged } from './nmap.ts'

/** A chicken: each row is a part of the ports, each column a moment of the day. */
const rows = [
  '..........................#.#.......',
  '.........................#####......',
  '........................##...##.....',
  '.......................##..#..###...',
  '.##....................##....#####..',
  '####...................##.....##....',
  '.##.###................##....##.....',
  '..##..####............##.....##.....',
  '...##....###########.##.....##......',
  '....##..............##.....##.......',
  '.....##...######..........##........',
  '......##...####..........##.........',
  '.......###.............###..........',
  '.........####.......####............',
  '............#########...............',
  '..............#...#.................',
  '.............###.###................',
] as const

/** Sources that draw one row. */
const each = 8
const stepMs = 20 * 60_000
const portsOfRow = 400

/**
 * What many sources draw together: whenever something tells them to, those whose row is marked ask for a port of it, within some
 * seconds.
 *
 * @param end when the last of them is, ms since 1970
 */
export function chicken(end: number, random: () => number): Logged[] {
  const columns = rows[0].length
  return rows.flatMap((row, at) =>
    Array.from({ length: each }, (_, n) =>
      Array.from(row, (mark) => mark).flatMap((mark, column): Logged[] =>
        mark === '.'
          ? []
          : [
              {
                time: end - (columns - column) * stepMs + Math.floor(random() * 3000),
                source: `198.18.${at}.${n + 1}`,
                destination: '203.0.113.1',
                protocol: 6,
                sourcePort: 40_000 + n,
                port: 1000 + (rows.length - at) * portsOfRow + Math.floor(random() * portsOfRow),
              },
            ],
      ),
    ).flat(),
  )
}
