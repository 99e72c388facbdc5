import { letters } from './expand/parameter.ts'
import type { Shell } from './shell.ts'

/** All that `set -o` knows, in its order. */
export const optionNames: readonly string[] = [
  'allexport', 'braceexpand', 'emacs', 'errexit', 'errtrace', 'functrace', 'hashall', 'histexpand', 'history', 'ignoreeof',
  'interactive-comments', 'keyword', 'monitor', 'noclobber', 'noexec', 'noglob', 'nolog', 'notify', 'nounset', 'onecmd', 'physical',
  'pipefail', 'posix', 'privileged', 'verbose', 'vi', 'xtrace',
]

/** By letter or long name; false where there is none. */
export function setOption(shell: Shell, name: string, on: boolean): boolean {
  const long = name.length === 1 ? letters.find(([letter]) => letter === name)?.[1] : name
  if (long === undefined || !optionNames.includes(long)) return false
  if (on) shell.options.add(long)
  else shell.options.delete(long)
  return true
}

/** All that `shopt` knows. */
export const shoptNames: readonly string[] = [
  'autocd', 'assoc_expand_once', 'cdable_vars', 'cdspell', 'checkhash', 'checkjobs', 'checkwinsize', 'cmdhist', 'compat31', 'compat32',
  'compat40', 'compat41', 'compat42', 'compat43', 'compat44', 'complete_fullquote', 'direxpand', 'dirspell', 'dotglob', 'execfail',
  'expand_aliases', 'extdebug', 'extglob', 'extquote', 'failglob', 'force_fignore', 'globasciiranges', 'globskipdots', 'globstar',
  'gnu_errfmt', 'histappend', 'histreedit', 'histverify', 'hostcomplete', 'huponexit', 'inherit_errexit', 'interactive_comments',
  'lastpipe', 'lithist', 'localvar_inherit', 'localvar_unset', 'login_shell', 'mailwarn', 'no_empty_cmd_completion', 'nocaseglob',
  'nocasematch', 'noexpand_translation', 'nullglob', 'patsub_replacement', 'progcomp', 'progcomp_alias', 'promptvars',
  'restricted_shell', 'shift_verbose', 'sourcepath', 'varredir_close', 'xpg_echo',
]
