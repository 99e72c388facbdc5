import { debianTree } from './asset.ts'
import type { Base } from './base.ts'
import { debianLog } from './debian-logs.ts'
import { InstalledBase, type Installation } from './installed-base.ts'
import { madeUpPrivateKey, madeUpPublicKey, type KeyType } from './made-up-keys.ts'
import type { TreeMachine } from './tree-machine.ts'
import { madeUpText, madeUpUuid, pick, type Chance } from './made-up.ts'

const users = [
  'deploy',
  'marek',
  'jonas',
  'dario',
  'tessa',
  'alina',
  'sven',
  'nadia',
  'oskar',
  'ines',
  'hugo',
  'emil',
  'yusuf',
  'karin',
  'tomas',
  'lena',
]
const day = 24 * 3_600_000

/** Debian 12 as one machine's: what is asked of the machine is asked at the first use, and stays. */
export function debianBase(machine: () => TreeMachine): Base {
  let installation: Installation | undefined
  return new InstalledBase(debianTree(), () => (installation ??= installationOf(machine())))
}

function installationOf(machine: TreeMachine): Installation {
  const { hostname, chance, network, bootMs } = machine
  const nowMs = machine.now()
  const installedMs = Math.floor((bootMs - (35 + chance('installed') * 260) * day) / 1000) * 1000
  const user = pick(chance, 'user', users)
  const resolvers = network.resolvers
  const values: Readonly<Record<string, () => string>> = {
    hostname: () => hostname,
    user: () => user,
    installedDay: () => String(Math.floor(installedMs / day)),
    rootHash: () => `$y$j9T$${madeUpText(chance, 'root salt', 22)}$${madeUpText(chance, 'root hash', 43)}`,
    userHash: () => `$y$j9T$${madeUpText(chance, 'user salt', 22)}$${madeUpText(chance, 'user hash', 43)}`,
    rootUuid: () => madeUpUuid(chance, 'root disk'),
    machineId: () => madeUpUuid(chance, 'machine id').replaceAll('-', ''),
    interface: () => network.interface,
    address: () => network.address,
    prefix: () => String(network.prefix),
    gateway: () => network.gateway,
    nameservers: () => resolvers.join(' '),
    resolvConf: () => resolvers.map((address) => `nameserver ${address}\n`).join(''),
  }
  const logged = { hostname, user, installedMs, bootMs, nowMs, address: network.address, chance }
  return {
    installedMs,
    bootMs,
    value: (name) => values[name]?.() ?? '',
    made(path) {
      const key = /^\/etc\/ssh\/ssh_host_(rsa|ecdsa|ed25519)_key(\.pub)?$/.exec(path)
      if (key !== null) return hostKey(machine, key[1] as KeyType, key[2] === undefined)
      if (path.endsWith('authorized_keys')) {
        return `${madeUpPublicKey(chance, 'user key', 'ed25519')} ${user}@${pick(chance, 'laptop', ['laptop', 'thinkpad', 'mbp', 'desktop', 'work'])}\n`
      }
      if (path === '/root/.bash_history') return history(chance, 'root', rootCommands)
      if (path.endsWith('.bash_history')) return history(chance, user, userCommands)
      return debianLog(path, logged)
    },
  }
}

function hostKey(machine: TreeMachine, type: KeyType, isPrivate: boolean): string {
  const key = machine.hostKeys?.[type] ?? madeUpPublicKey(machine.chance, `host key ${type}`, type)
  const comment = `root@${machine.hostname}`
  return isPrivate
    ? madeUpPrivateKey(machine.chance, `host key ${type}`, key, comment)
    : `${key} ${comment}\n`
}

const rootCommands = [
  'apt update',
  'apt upgrade -y',
  'apt install -y apache2 curl',
  'systemctl status ssh',
  'systemctl restart apache2',
  'df -h',
  'free -m',
  'ip a',
  'nano /etc/network/interfaces',
  'nano /etc/apache2/sites-available/000-default.conf',
  'tail -f /var/log/apache2/error.log',
  'ufw status',
  'journalctl -xe',
  'reboot',
  'uptime',
  'crontab -l',
  'passwd',
  'du -sh /var/*',
  'ss -tlnp',
  'exit',
]
const userCommands = [
  'sudo apt update',
  'sudo -i',
  'ls -la',
  'cd /var/www/html',
  'exit',
  'cat /etc/os-release',
  'ssh-keygen -t ed25519',
  'sudo systemctl restart apache2',
  'tail /var/log/apache2/error.log',
  'sudo systemctl status ssh',
  'df -h',
  'who',
  'curl -I localhost',
]

function history(chance: Chance, key: string, of: readonly string[]): string {
  const length = 25 + Math.floor(chance(`${key} history`) * 60)
  return Array.from({ length }, (_, i) => `${pick(chance, `${key} history ${i}`, of)}\n`).join('')
}
