import { Exit, reasonOf, tool, type Tool } from '../common/tool.ts'

/** `bzip2` and `xz`: nothing here can unpack them, so every file is none of theirs, and there is no memory to make one. */
export const noPackers = tool(
  ['bzip2', 'bunzip2', 'bzcat', 'xz', 'unxz', 'xzcat', 'lzma', 'unlzma'],
  async (t: Tool) => {
    const bzip2 = t.call.name.startsWith('b')
    const tool_ = t.call.name
    const unpacks =
      !/^(bzip2|xz|lzma)$/.test(t.call.name) ||
      t.args.some((arg) => /^-\w*d/.test(arg) || arg === '--decompress')
    const names = t.args.filter((arg) => !arg.startsWith('-'))
    if (names.length === 0) {
      if (!unpacks && t.call.stdout.terminal !== undefined)
        throw new Exit(
          1,
          bzip2
            ? "bzip2: I won't write compressed data to a terminal.\nbzip2: For help, type: `bzip2 --help'.\n"
            : "xz: Compressed data cannot be written to a terminal\nxz: Try `xz --help' for more information.\n",
        )
      await t.stdin().read()
      throw new Exit(
        bzip2 ? 2 : 1,
        bzip2
          ? `${tool_}: (stdin) is not a bzip2 file.\n`
          : `${tool_}: (stdin): File format not recognized\n`,
      )
    }
    for (const name of names) {
      try {
        t.files.stat(t.call.path(name))
        await t.call.stderr.write(
          unpacks
            ? bzip2
              ? `${tool_}: ${name} is not a bzip2 file.\n`
              : `${tool_}: ${name}: File format not recognized\n`
            : `${tool_}: ${name}: Cannot allocate memory\n`,
        )
      } catch (error) {
        await t.call.stderr.write(
          bzip2 && !t.busybox
            ? `${tool_}: Can't open input file ${name}: ${reasonOf(error)}.\n`
            : `${tool_}: ${name}: ${reasonOf(error)}\n`,
        )
      }
      t.status ||= 1
    }
    return t.status
  },
)
