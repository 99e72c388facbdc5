import { FileError, reason } from '../../files/file-system.ts'
import type { Program } from '../../program.ts'
import { blkid, lsbRelease, lspci, pstree, pwdx, shortAnswers, ufw } from './about-machine.ts'
import { su, sudo, visudo } from './becoming.ts'
import { crontab } from './crontab.ts'
import { date } from './date.ts'
import { chattr, lsattr } from './file-flags.ts'
import { iptables, nft } from './firewall.ts'
import { dmesg, lsblk, lscpu, lsmod, modprobe } from './hardware.ts'
import { getent, groupsProgram, hostname, id, logname, whoami } from './identity.ts'
import { arp, ifconfig, ip, route } from './interfaces.ts'
import { last, lastlog, mesg, uptime, users, w, wall, who, write } from './logins.ts'
import { free, top, vmstat } from './memory.ts'
import { df, mount, swap, umount } from './mounts.ts'
import { apt, aptCache, dpkg } from './packages.ts'
import { chage, chpasswd, passwd } from './passwords.ts'
import { kill, killall, pgrep, pidof, pkill } from './processes.ts'
import { ps } from './ps.ts'
import {
  chroot,
  env,
  nice,
  nohup,
  nproc,
  printenv,
  renice,
  setsid,
  sleep,
  timeout,
  tty,
  watch,
} from './running.ts'
import { hostnamectl, journalctl, power, serviceProgram, systemctl, timedatectl } from './services.ts'
import { fuser, getconf, ldd, locale, lsof, stty, updateRcD } from './small.ts'
import { netstat, ss } from './socket-programs.ts'
import { sysctl } from './sysctl.ts'
import { uname } from './uname.ts'
import { wrappers } from './wrappers.ts'
import { adduser, groupadd, groupdel, useradd, userdel, usermod } from './users.ts'

/** What tells of the machine and changes how it is set. */
export const systemPrograms: readonly Program[] = (
  [
    uname,
    id,
    whoami,
    groupsProgram,
    logname,
    hostname,
    getent,
    uptime,
    w,
    who,
    users,
    last,
    lastlog,
    mesg,
    wall,
    write,
    date,
    nproc,
    tty,
    sleep,
    env,
    printenv,
    nohup,
    nice,
    renice,
    setsid,
    timeout,
    chroot,
    watch,
    ps,
    top,
    kill,
    pgrep,
    pkill,
    pidof,
    killall,
    free,
    vmstat,
    lscpu,
    lsblk,
    lsmod,
    modprobe,
    dmesg,
    df,
    mount,
    umount,
    swap,
    sysctl,
    ip,
    ifconfig,
    route,
    arp,
    netstat,
    ss,
    iptables,
    nft,
    useradd,
    userdel,
    usermod,
    groupadd,
    groupdel,
    adduser,
    passwd,
    chpasswd,
    chage,
    su,
    sudo,
    visudo,
    crontab,
    systemctl,
    serviceProgram,
    journalctl,
    hostnamectl,
    timedatectl,
    power,
    dpkg,
    apt,
    aptCache,
    chattr,
    lsattr,
    locale,
    getconf,
    ldd,
    stty,
    lsof,
    fuser,
    updateRcD,
    blkid,
    lsbRelease,
    lspci,
    pstree,
    pwdx,
    shortAnswers,
    ufw,
    wrappers,
  ] satisfies readonly Program[]
).map((program) => ({
  names: program.names,
  async run(call) {
    try {
      return await program.run(call)
    } catch (error) {
      // A file that is none, or may not be: the intruder's tree may be as odd as they like.
      if (!(error instanceof FileError)) throw error
      await call.stderr.write(`${call.name}: ${error.path}: ${reason(error.code)}\n`)
      return 1
    }
  },
}))
