/** What Debian 12's programs take: their options, and the forms in which they are called. A table of facts; {@link help} makes texts of it. */
/** One program: how it words errors; its options (`s/long:`, `?` for an optional value); the first lines of its usage. */
export interface Page {
  readonly family: 'coreutils' | 'util-linux' | 'procps' | 'shadow' | 'other'
  readonly options: string
  readonly usage: string
  /** The manual's section where it is not 1. */
  readonly section?: 8
}

export const manual: Readonly<Record<string, Page>> = {
  uname: {
    family: 'coreutils',
    options:
      'a/all s/kernel-name n/nodename r/kernel-release v/kernel-version m/machine p/processor i/hardware-platform o/operating-system /help /version',
    usage: 'Usage: uname [OPTION]...',
  },
  id: {
    family: 'coreutils',
    options: 'a Z/context g/group G/groups n/name r/real u/user z/zero /help /version',
    usage: 'Usage: id [OPTION]... [USER]...',
  },
  whoami: {
    family: 'coreutils',
    options: '/help /version',
    usage: 'Usage: whoami [OPTION]...',
  },
  who: {
    family: 'coreutils',
    options:
      'a/all b/boot d/dead H/heading /ips l/login /lookup m p/process q/count r/runlevel s/short t/time T/mesg u/users /message /writable /help /version',
    usage: 'Usage: who [OPTION]... [ FILE | ARG1 ARG2 ]',
  },
  users: {
    family: 'coreutils',
    options: '/help /version',
    usage: 'Usage: users [OPTION]... [FILE]',
  },
  date: {
    family: 'coreutils',
    options:
      'd/date: /debug f/file: I/iso-8601? /resolution R/rfc-email /rfc-3339: r/reference: s/set: u/utc /universal /uct /help /version',
    usage: 'Usage: date [OPTION]... [+FORMAT]\n  or:  date [-u|--utc|--universal] [MMDDhhmm[[CC]YY][.ss]]',
  },
  nproc: {
    family: 'coreutils',
    options: '/all /ignore: /help /version',
    usage: 'Usage: nproc [OPTION]...',
  },
  nohup: {
    family: 'coreutils',
    options: '/help /version',
    usage: 'Usage: nohup COMMAND [ARG]...\n  or:  nohup OPTION',
  },
  nice: {
    family: 'coreutils',
    options: 'n/adjustment: /help /version',
    usage: 'Usage: nice [OPTION] [COMMAND [ARG]...]',
  },
  timeout: {
    family: 'coreutils',
    options: '/preserve-status /foreground k/kill-after: s/signal: v/verbose /help /version',
    usage: 'Usage: timeout [OPTION] DURATION COMMAND [ARG]...\n  or:  timeout [OPTION]',
  },
  sleep: {
    family: 'coreutils',
    options: '/help /version',
    usage: 'Usage: sleep NUMBER[SUFFIX]...\n  or:  sleep OPTION',
  },
  env: {
    family: 'coreutils',
    options:
      'i/ignore-environment 0/null u/unset: C/chdir: S/split-string: /block-signal? /default-signal? /ignore-signal? /list-signal-handling v/debug /help /version',
    usage: 'Usage: env [OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]',
  },
  printenv: {
    family: 'coreutils',
    options: '0/null /help /version',
    usage: 'Usage: printenv [OPTION]... [VARIABLE]...',
  },
  tty: {
    family: 'coreutils',
    options: 's/silent /help /version',
    usage: 'Usage: tty [OPTION]...',
  },
  df: {
    family: 'coreutils',
    options:
      'a/all B/block-size: h/human-readable H/si i/inodes k l/local /no-sync /output? P/portability /sync /total t/type: T/print-type x/exclude-type: v /help /version',
    usage: 'Usage: df [OPTION]... [FILE]...',
  },
  chroot: {
    family: 'coreutils',
    options: '/groups: /userspec: /skip-chdir /help /version',
    usage: 'Usage: chroot [OPTION] NEWROOT [COMMAND [ARG]...]\n  or:  chroot OPTION',
  },
  pinky: {
    family: 'coreutils',
    options: 'l b h p s f w i q /help /version',
    usage: 'Usage: pinky [OPTION]... [USER]...',
  },
  last: {
    family: 'util-linux',
    options:
      'a/hostlast d/dns f/file: F/fulltimes i/ip n/limit: 0 1 2 3 4 5 6 7 8 9 R/nohostname s/since: t/until: p/present: w/fullnames x/system /time-format: h/help V/version',
    usage: 'last [options] [<username>...] [<tty>...]',
  },
  mount: {
    family: 'util-linux',
    options:
      'a/all c/no-canonicalize f/fake F/fork T/fstab: i/internal-only l/show-labels m/mkdir? n/no-mtab /options-mode: /options-source: /options-source-force o/options: O/test-opts: r/read-only t/types: /source: /target: /target-prefix: v/verbose w/rw N/namespace: h/help V/version L/label: U/uuid: B/bind M/move R/rbind /make-shared /make-slave /make-private /make-unbindable /make-rshared /make-rslave /make-rprivate /make-runbindable',
    usage:
      'mount [-lhV]\nmount -a [options]\nmount [options] [--source] <source> | [--target] <directory>\nmount [options] <source> <directory>\nmount <operation> <mountpoint> [<target>]',
    section: 8,
  },
  umount: {
    family: 'util-linux',
    options:
      'a/all A/all-targets c/no-canonicalize d/detach-loop /fake f/force i/internal-only n/no-mtab l/lazy O/test-opts: R/recursive r/read-only t/types: v/verbose q/quiet N/namespace: h/help V/version',
    usage: 'umount [-hV]\numount -a [options]\numount [options] <source> | <directory>',
    section: 8,
  },
  dmesg: {
    family: 'util-linux',
    options:
      'C/clear c/read-clear D/console-off E/console-on F/file: f/facility: H/human J/json k/kernel L/color? l/level: n/console-level: P/nopager p/force-prefix r/raw /noescape S/syslog s/buffer-size: u/userspace w/follow W/follow-new x/decode d/show-delta e/reltime T/ctime t/notime /time-format: /since: /until: h/help V/version',
    usage: 'dmesg [options]',
  },
  lscpu: {
    family: 'util-linux',
    options:
      'a/all b/online B/bytes C/caches? c/offline J/json e/extended? p/parse? s/sysroot: x/hex y/physical /output-all h/help V/version',
    usage: 'lscpu [options]',
  },
  lsblk: {
    family: 'util-linux',
    options:
      'A/noempty D/discard E/dedup: I/include: J/json M/merge O/output-all P/pairs S/scsi T/tree? a/all b/bytes d/nodeps e/exclude: f/fs i/ascii l/list m/perms n/noheadings o/output: p/paths r/raw s/inverse t/topology w/width: x/sort: y/shell z/zoned /sysroot: h/help V/version',
    usage: 'lsblk [options] [<device> ...]',
    section: 8,
  },
  setsid: {
    family: 'util-linux',
    options: 'c/ctty f/fork w/wait h/help V/version',
    usage: 'setsid [options] <program> [arguments ...]',
  },
  renice: {
    family: 'util-linux',
    options: 'n/priority: p/pid g/pgrp u/user h/help V/version',
    usage:
      'renice [-n] <priority> [-p|--pid] <pid>...\nrenice [-n] <priority>  -g|--pgrp <pgid>...\nrenice [-n] <priority>  -u|--user <user>...',
  },
  su: {
    family: 'util-linux',
    options:
      'm p/preserve-environment l/login w/whitelist-environment: g/group: G/supp-group: c/command: /session-command: f/fast s/shell: P/pty h/help V/version',
    usage: 'su [options] [-] [<user> [<argument>...]]',
  },
  mesg: {
    family: 'util-linux',
    options: 'v/verbose h/help V/version',
    usage: 'mesg [options] [y | n]',
  },
  wall: {
    family: 'util-linux',
    options: 'g/group: n/nobanner t/timeout: h/help V/version',
    usage: 'wall [options] [<file> | <message>]',
  },
  write: {
    family: 'util-linux',
    options: 'h/help V/version',
    usage: 'write [options] <user> [<ttyname>]',
  },
  kill: {
    family: 'util-linux',
    options: 'q/queue: l/list: L/table h/help V/version',
    usage: 'kill [options] <pid> [...]',
  },
  w: {
    family: 'procps',
    options: 'h/no-header u/no-current s/short f/from o/old-style i/ip-addr /help V/version',
    usage: 'w [options] [user]',
  },
  uptime: {
    family: 'procps',
    options: 'p/pretty h/help s/since V/version',
    usage: 'uptime [options]',
  },
  pgrep: {
    family: 'procps',
    options:
      'd/delimiter: l/list-name a/list-full v/inverse w/lightweight c/count f/full g/pgroup: G/group: i/ignore-case n/newest o/oldest O/older: P/parent: s/session: t/terminal: u/euid: U/uid: x/exact F/pidfile: L/logpidfile r/runstates: A/ignore-ancestors /cgroup: /ns: /nslist: h/help V/version',
    usage: 'pgrep [options] <pattern>',
  },
  pkill: {
    family: 'procps',
    options:
      'q/queue: e/echo c/count f/full g/pgroup: G/group: i/ignore-case n/newest o/oldest O/older: P/parent: s/session: t/terminal: u/euid: U/uid: x/exact F/pidfile: L/logpidfile r/runstates: A/ignore-ancestors /cgroup: /ns: /nslist: h/help V/version',
    usage: 'pkill [options] <pattern>',
  },
  free: {
    family: 'procps',
    options:
      'b/bytes /kilo /mega /giga /tera /peta k/kibi m/mebi g/gibi /tebi /pebi h/human /si l/lohi t/total v/committed s/seconds: c/count: w/wide /help V/version',
    usage: 'free [options]',
  },
  vmstat: {
    family: 'procps',
    options:
      'a/active f/forks m/slabs n/one-header s/stats d/disk D/disk-sum p/partition: S/unit: w/wide t/timestamp y/no-first h/help V/version',
    usage: 'vmstat [options] [delay [count]]',
    section: 8,
  },
  sysctl: {
    family: 'procps',
    options:
      'a/all A X b/binary /dry-run b/binary e/ignore N/names n/values p/load? f /system r/pattern: q/quiet w/write o x d h/help V/version',
    usage: 'sysctl [options] [variable[=value] ...]',
    section: 8,
  },
  watch: {
    family: 'procps',
    options:
      'b/beep c/color d/differences? e/errexit g/chgexit q/equexit: n/interval: p/precise t/no-title w/no-wrap x/exec h/help v/version',
    usage: 'watch [options] command',
  },
  top: {
    family: 'procps',
    options:
      'b/batch-mode c/cmdline-toggle d/delay: E/scale-summary-mem: e/scale-task-mem: H/threads-show i/idle-toggle n/iterations: O/list-fields o/sort-override: p/pid: S/accum-time-toggle s/secure-mode U/filter-any-user: u/filter-only-euser: w/width? 1/single-cpu-toggle h/help V/version',
    usage: 'top [options]',
  },
  passwd: {
    family: 'shadow',
    options:
      'a/all d/delete e/expire h/help k/keep-tokens i/inactive: l/lock n/mindays: q/quiet r/repository: R/root: S/status u/unlock w/warndays: x/maxdays:',
    usage: 'Usage: passwd [options] [LOGIN]',
  },
  chpasswd: {
    family: 'shadow',
    options: 'c/crypt-method: e/encrypted h/help m/md5 R/root: s/sha-rounds:',
    usage: 'Usage: chpasswd [options]',
  },
  chage: {
    family: 'shadow',
    options:
      'd/lastday: E/expiredate: h/help i/iso8601 I/inactive: l/list m/mindays: M/maxdays: R/root: W/warndays:',
    usage: 'Usage: chage [options] LOGIN',
  },
  useradd: {
    family: 'shadow',
    options:
      '/badname b/base-dir: /btrfs-subvolume-home c/comment: d/home-dir: D/defaults e/expiredate: f/inactive: F/add-subids-for-system g/gid: G/groups: h/help k/skel: K/key: l/no-log-init m/create-home M/no-create-home N/no-user-group o/non-unique p/password: r/system R/root: P/prefix: s/shell: u/uid: U/user-group Z/selinux-user:',
    usage: 'Usage: useradd [options] LOGIN\n       useradd -D\n       useradd -D [options]',
  },
  usermod: {
    family: 'shadow',
    options:
      'a/append b/badname c/comment: d/home: e/expiredate: f/inactive: g/gid: G/groups: h/help l/login: L/lock m/move-home o/non-unique p/password: P/prefix: r/remove R/root: s/shell: u/uid: U/unlock v/add-subuids: V/del-subuids: w/add-subgids: W/del-subgids: Z/selinux-user:',
    usage: 'Usage: usermod [options] LOGIN',
  },
  userdel: {
    family: 'shadow',
    options: 'f/force h/help r/remove R/root: P/prefix: Z/selinux-user',
    usage: 'Usage: userdel [options] LOGIN',
  },
  groupadd: {
    family: 'shadow',
    options: 'f/force g/gid: h/help K/key: o/non-unique p/password: r/system R/root: P/prefix: U/users:',
    usage: 'Usage: groupadd [options] GROUP',
  },
  groupdel: {
    family: 'shadow',
    options: 'h/help R/root: P/prefix: f/force',
    usage: 'Usage: groupdel [options] GROUP',
  },
  lastlog: {
    family: 'shadow',
    options: 'b/before: C/clear h/help R/root: S/set t/time: u/user:',
    usage: 'Usage: lastlog [options]',
  },
  hostname: {
    family: 'other',
    options: '',
    usage:
      'Usage: hostname [-b] {hostname|-F file}         set host name (from file)\n       hostname [-a|-A|-d|-f|-i|-I|-s|-y]       display formatted name\n       hostname                                 display host name\n\n       {yp,nis,}domainname {nisdomain|-F file}  set NIS domain name (from file)\n       {yp,nis,}domainname                      display NIS domain name\n',
  },
  getent: {
    family: 'other',
    options: '',
    usage: 'Usage: getent [OPTION...] database [key ...]',
  },
  ifconfig: {
    family: 'other',
    options: '',
    usage: 'Usage:\n  ifconfig [-a] [-v] [-s] <interface> [[<AF>] <address>]',
  },
  route: {
    family: 'other',
    options: '',
    usage:
      'Usage: route [-nNvee] [-FC] [<AF>]           List kernel routing tables\n       route [-v] [-FC] {add|del|flush} ...  Modify routing table for AF.\n\n       route {-h|--help} [<AF>]              Detailed usage syntax for specified AF.',
  },
  arp: {
    family: 'other',
    options: '',
    usage:
      "Usage:\n  arp [-vn]  [<HW>] [-i <if>] [-a] [<hostname>]             <-Display ARP cache\n  arp [-v]          [-i <if>] -d  <host> [pub]               <-Delete ARP entry\n  arp [-vnD] [<HW>] [-i <if>] -f  [<filename>]            <-Add entry from file\n  arp [-v]   [<HW>] [-i <if>] -s  <host> <hwaddr> [temp]            <-Add entry\n  arp [-v]   [<HW>] [-i <if>] -Ds <host> <if> [netmask <nm>] pub          <-''-",
  },
  netstat: {
    family: 'other',
    options: '',
    usage:
      'usage: netstat [-vWeenNcCF] [<Af>] -r         netstat {-V|--version|-h|--help}\n       netstat [-vWnNcaeol] [<Socket> ...]\n       netstat { [-vWeenNac] -i | [-cnNe] -M | -s [-6tuw] }',
  },
  ss: {
    family: 'other',
    options: '',
    usage: 'Usage: ss [ OPTIONS ]\n       ss [ OPTIONS ] [ FILTER ]',
  },
  ip: {
    family: 'other',
    options: '',
    usage: 'Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\n       ip [ -force ] -batch filename',
  },
  killall: {
    family: 'other',
    options: '',
    usage: 'Usage: killall [OPTION]... [--] NAME...\n       killall -l, --list\n       killall -V, --version',
  },
  fuser: {
    family: 'other',
    options: '',
    usage:
      'Usage: fuser [-fIMuvw] [-a|-s] [-4|-6] [-c|-m|-n SPACE]\n             [-k [-i] [-SIGNAL]] NAME...\n       fuser -l\n       fuser -V',
  },
  ldd: {
    family: 'other',
    options: '',
    usage: 'Usage: ldd [OPTION]... FILE...',
  },
  hostnamectl: {
    family: 'other',
    options: '',
    usage: 'hostnamectl [OPTIONS...] COMMAND ...',
  },
  timedatectl: {
    family: 'other',
    options: '',
    usage: 'timedatectl [OPTIONS...] COMMAND ...',
  },
  localectl: {
    family: 'other',
    options: '',
    usage: 'localectl [OPTIONS...] COMMAND ...',
  },
  reboot: {
    family: 'other',
    options: '',
    usage: 'reboot [OPTIONS...] [ARG]',
  },
  poweroff: {
    family: 'other',
    options: '',
    usage: 'poweroff [OPTIONS...]',
  },
  halt: {
    family: 'other',
    options: '',
    usage: 'halt [OPTIONS...]',
  },
  shutdown: {
    family: 'other',
    options: '',
    usage: 'shutdown [OPTIONS...] [TIME] [WALL...]',
  },
  'update-rc.d': {
    family: 'other',
    options: '',
    usage:
      'usage: update-rc.d [-f] <basename> remove\n       update-rc.d [-f] <basename> defaults\n       update-rc.d [-f] <basename> defaults-disabled\n       update-rc.d <basename> disable|enable [S|2|3|4|5]',
  },
  adduser: {
    family: 'other',
    options: '',
    usage:
      'adduser [--uid id] [--firstuid id] [--lastuid id]\n        [--gid id] [--firstgid id] [--lastgid id] [--ingroup group]\n        [--add-extra-groups] [--shell shell]\n        [--comment comment] [--home dir] [--no-create-home]\n        [--allow-all-names] [--allow-bad-names]\n        [--disabled-password] [--disabled-login]',
  },
  locale: {
    family: 'other',
    options: '',
    usage: 'Usage: locale [OPTION...] NAME\n  or:  locale [OPTION...] [-a|-m]',
  },
  getconf: {
    family: 'other',
    options: '',
    usage: 'Usage: getconf [-v SPEC] VAR\n  or:  getconf [-v SPEC] PATH_VAR PATH',
  },
}
