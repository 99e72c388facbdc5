import type { Tell } from './tell.ts'

/** What a terminal shows. */
export const terminalTells: readonly Tell[] = [
  {
    name: 'the prompt is not user@host:directory',
    async found({ type, user, hostname }) {
      const screen = await type('cd /etc\r')
      const short = hostname.split('.')[0]
      return !screen.includes(`${user}@${short}:~`) || !screen.includes(`${user}@${short}:/etc`)
    },
  },
  {
    name: 'a line cannot be edited',
    found: async ({ type }) => !(await type('echo Xbc\x1b[D\x1b[D\x1b[D\x1b[3~a\r')).includes('\nabc\r'),
  },
  {
    name: 'the arrow up brings nothing back',
    async found({ type }) {
      const screen = await type('echo first$((1+1))\r', '\x1b[A\r')
      return screen.split('\nfirst2\r').length !== 3
    },
  },
  {
    name: 'the tabulator completes nothing',
    found: async ({ type }) => !(await type('cat /etc/hostn\t\r')).includes('cat /etc/hostname'),
  },
  {
    name: '^C is a character',
    found: async ({ type }) => !(await type('sleep 50\r', '\x03', 'echo $?\r')).includes('\n130\r'),
  },
  { name: '^D does not log out', found: async ({ type }) => !(await type('\x04')).includes('logout') },
  {
    name: 'the terminal has another size than it was told',
    found: async ({ type }) => !(await type('stty size\r')).includes('24 80'),
  },
  { name: 'tty names none', found: async ({ type }) => !/\/dev\/pts\/\d/.test(await type('tty\r')) },
  {
    name: 'w does not show who looks',
    found: async ({ type, user }) => !new RegExp(`\\n${user} +pts/\\d`).test(await type('w\r')),
  },
  {
    name: 'a program that asks is not answered to',
    async found({ type }) {
      const screen = await type('read -p "who? " x\r', 'me\r', 'echo "<$x>"\r')
      return !screen.includes('who? ') || !screen.includes('<me>')
    },
  },
  {
    name: 'a password is shown as it is typed',
    async found({ type }) {
      const screen = await type('passwd\r', 'secret1x\r', 'secret1x\r')
      return screen.includes('secret1x') || !screen.includes('New password:')
    },
  },
  {
    name: 'an unfinished line is not asked about',
    found: async ({ type }) => !(await type('for i in 1 2; do\r', 'echo n$i\r', 'done\r')).includes('\nn2\r'),
  },
]
