import { FileError, reason } from '../../files/file-system.ts'
import type { Program } from '../../program.ts'
import { blkid, lsbRelease, lspci, pstree, pwdx, shortAnswers, ufw } from './about-machine.ts'
import { su, sudo, visudo } from './becoming.ts'
import { crontab } from './crontab.ts'
import { date } from './date.ts'
import { chattr, lsattr } from './file-flags.ts'
import { iptables, nft } from './firewall.ts'
import { dmesg } from './dmesg.ts'
import { lsblk } from './lsblk.ts'
import { lscpu } from './lscpu.ts'
import { lsmod, modprobe } from './modules.ts'
import { getent, groupsProgram, hostname, id, logname, whoami } from './identity.ts'
import { arp } from './arp.ts'
import { ifconfig } from './ifconfig.ts'
import { ip } from './ip.ts'
import { route } from './route.ts'
import { last, lastlog } from './last.ts'
import { mesg, wall, write } from './messages.ts'
import { uptime, users, w, who } from './logins.ts'
import { free } from './free.ts'
import { top } from './top.ts'
import { vmstat } from './vmstat.ts'
import { df } from './df.ts'
import { mount, swap, umount } from './mounts.ts'
import { apt, aptCache } from './apt.ts'
import { dpkg } from './dpkg.ts'
import { chage, chpasswd, passwd } from './passwords.ts'
import { kill } from './kill.ts'
import { killall } from './killall.ts'
import { pgrep, pkill } from './pgrep.ts'
import { pidof } from './pidof.ts'
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
import { hostnamectl } from './hostnamectl.ts'
import { journalctl } from './journalctl.ts'
import { power } from './power.ts'
import { serviceProgram } from './service.ts'
import { systemctl } from './systemctl.ts'
import { timedatectl } from './timedatectl.ts'
import { fuser } from './fuser.ts'
import { getconf } from './getconf.ts'
import { ldd } from './ldd.ts'
import { locale } from './locale.ts'
import { lsof } from './lsof.ts'
import { stty } from './stty.ts'
import { updateRcD } from './update-rc.ts'
import { netstat, ss } from './socket-programs.ts'
import { sysctl } from './sysctl.ts'
import { uname } from './uname.ts'
import { wrappers } from './wrappers.ts'
import { adduser } from './adduser.ts'
import { groupadd, groupdel } from './groupadd.ts'
import { useradd } from './useradd.ts'
import { userdel } from './userdel.ts'
import { usermod } from './usermod.ts'

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
