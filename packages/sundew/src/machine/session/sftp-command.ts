/** What Debian's sshd runs for the subsystem sftp. */
export const sftpServer = '/usr/lib/openssh/sftp-server'
