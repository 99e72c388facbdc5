import { describe } from 'node:test'
import { sameAsReal } from '../differential.ts'

describe('programs on files say and do what the real ones do', () => {
  sameAsReal('ls', [
    'ls', 'ls -a', 'ls -A', 'ls -1', 'ls -C', 'ls -x', 'ls -m', 'ls -C -w 40', 'ls -x -w 50', 'ls -F', 'ls -p', 'ls -R', 'ls -d', 'ls -d dir',
    'ls -l', 'ls -la dir', 'ls -ld dir', 'ls -lh bin a.txt', 'ls -ln', 'ls -lS', 'ls -lr', 'ls -lt', 'ls -s dir', 'ls -g', 'ls -o', 'ls -lF', 'ls dir a.txt hollow',
    'ls nope', 'ls nope a.txt dir', 'ls -z', 'ls --zzz', 'ls --color=always', 'ls -l --color=always', 'ls dirlink', 'ls -l dirlink', 'ls -l dirlink/', 'ls broken', 'ls -L broken', 'ls --time-style=long-iso -l', '/bin/ls nope', 'ls -Q', 'ls -b', 'ls a.txt/', 'ls --al', 'ls --s', 'ls -lR dir', 'ls -X', 'ls -I *.txt', "ls ''", 'ls -C -w 1', 'ls -C -w 400',
  ])
  sameAsReal('cat', [
    'cat a.txt', 'cat a.txt b.txt', 'cat -n a.txt b.txt', 'cat -A tabs bin', 'cat -b words', 'cat -s words', 'cat -E a.txt', 'cat -T tabs', 'cat -v bin', 'cat nope', 'cat dir', 'cat nope a.txt', 'cat -z', { command: 'cat', stdin: 'in\0put' }, { command: 'cat - a.txt', stdin: 'in\n' }, 'cat -n b.txt a.txt', "cat 'sp ace' 'no pe'", 'cat --number a.txt', 'cat a.txt/x', 'cat broken', 'cat empty', 'cat -e tabs', 'cat -t tabs', 'cat --show',
  ])
  sameAsReal('rm', [
    'rm', 'rm -f', 'rm a.txt', 'rm nope', 'rm -f nope', 'rm dir', 'rm -r dir', 'rm -rf dir nope', 'rm -d hollow', 'rm -d dir', 'rm -v a.txt', 'rm -rf .', 'rm -rf dir/.', 'rm link', 'rm -rf dirlink', 'rm dirlink/', 'rm -z', { command: 'rm -i a.txt', stdin: 'n\n' }, { command: 'rm -i a.txt empty', stdin: 'n\ny\n' }, "rm 'it'", 'rm a.txt/', 'rm -- -x',
  ])
  sameAsReal('cp', [
    'cp', 'cp a.txt', 'cp a.txt new', 'cp a.txt dir', 'cp nope new', 'cp dir new', 'cp -r dir new', 'cp -r dir hollow', 'cp -a dir new', 'cp a.txt b.txt hollow', 'cp a.txt b.txt nope', 'cp a.txt b.txt empty', 'cp link new', 'cp -P link new', 'cp -d link new', 'cp -r link new', 'cp -v a.txt new', 'cp a.txt a.txt', 'cp a.txt link', 'cp -n a.txt b.txt', 'cp a.txt nope/new', 'cp a.txt nope/', 'cp dir/x b.txt', 'cp -t hollow a.txt b.txt', 'cp -t nope a.txt', 'cp -l a.txt hard', 'cp -s a.txt soft', 'cp script.sh new', 'cp -T a.txt dir', 'cp -r a.txt dir', 'cp dir a.txt', 'cp -r dir a.txt', 'cp broken new', 'cp -f a.txt b.txt', 'cp a.txt broken',
  ])
  sameAsReal('mv', [
    'mv', 'mv a.txt', 'mv a.txt new', 'mv a.txt dir', 'mv nope new', 'mv dir hollow', 'mv dir new', 'mv dir dir/sub', 'mv dir a.txt', 'mv a.txt b.txt', 'mv a.txt b.txt dir', 'mv a.txt b.txt nope', 'mv -v a.txt new', 'mv -n a.txt b.txt', 'mv -T a.txt dir', 'mv a.txt a.txt', 'mv a.txt nope/x', 'mv link new', 'mv broken new', 'mv -t dir a.txt', { command: 'mv -i a.txt b.txt', stdin: 'n\n' },
  ])
  sameAsReal('mkdir, rmdir', [
    'mkdir', 'mkdir new', 'mkdir a.txt', 'mkdir dir', 'mkdir -p dir', 'mkdir -p x/y/z', 'mkdir x/y', 'mkdir -p a.txt', 'mkdir -p a.txt/x', 'mkdir -pv p/q', 'mkdir -m 700 new', 'mkdir -m u=rwx,go= new', 'mkdir -m zzz new', 'mkdir -v new', 'mkdir new new2 dir', { command: 'mkdir dir', environment: { LC_ALL: 'C.UTF-8' } },
    'rmdir', 'rmdir hollow', 'rmdir dir', 'rmdir nope', 'rmdir a.txt', 'rmdir -p dir/sub', 'rmdir -v hollow', 'rmdir --ignore-fail-on-non-empty dir',
  ])
  sameAsReal('ln, touch', [
    'ln', 'ln a.txt', 'ln a.txt hard', 'ln -s a.txt soft', 'ln -s nope soft', 'ln nope hard', 'ln dir hard', 'ln -s a.txt b.txt', 'ln -sf a.txt b.txt', 'ln a.txt b.txt', 'ln -s a.txt dir', 'ln -sv a.txt soft', 'ln -v a.txt hard', 'ln -sfn hollow dirlink', 'ln -sf hollow dirlink', 'ln -s /etc/passwd', 'ln -sr dir/x hollow/y', 'ln -s a b nope', 'ln a.txt nope/x',
    'touch', 'touch new', 'touch nope/new', 'touch -c new', 'touch a.txt b.txt', 'touch -d zzz new', 'touch -t 9999 new', 'touch -r nope new', 'touch a.txt/x', "touch ''",
  ])
  sameAsReal('chmod, chown', [
    'chmod', 'chmod 755', 'chmod 777 a.txt', 'chmod +x a.txt', 'chmod u+x,g-r,o= a.txt', 'chmod -R 700 dir', 'chmod -R go= dir', 'chmod zzz a.txt', 'chmod 755 nope', 'chmod -x script.sh', 'chmod a+rwX dir a.txt', 'chmod u+s script.sh', 'chmod +t dir', 'chmod 4755 a.txt', 'chmod 99 a.txt', 'chmod -v 600 a.txt', 'chmod -c 644 a.txt b.txt', 'chmod g=u a.txt', 'chmod -R +x dir', 'chmod 0777 dir', 'chmod 2755 dir', 'chmod -f 755 nope', 'chmod broken', 'chmod 755 broken', 'chmod 777 link', 'chmod u=rw,g=r,o=r script.sh', 'chmod 12345 a.txt', 'chmod -rwx a.txt', 'chmod --reference=script.sh a.txt', 'chmod +w a.txt',
    'chown', 'chown root', 'chown 1:2 a.txt', 'chown daemon a.txt', 'chown daemon:bin a.txt', 'chown daemon: a.txt', 'chown :bin a.txt', 'chown nobodyknows a.txt', 'chown root:nogroupp a.txt', 'chown root nope', 'chown -R 5:5 dir', 'chgrp bin a.txt', 'chgrp nogroupp a.txt', 'chgrp', 'chgrp bin', 'chown -h 3 link', 'chown 3 link',
  ])
  sameAsReal('install', ['install a.txt new', 'install -m 644 a.txt new', 'install -d x/y', 'install', 'install a.txt', 'install -D a.txt q/r/s', 'install nope new'])
})
