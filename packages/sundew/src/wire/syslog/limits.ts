/** Longest line that is read, bytes; of a longer one its beginning, which is counted. */
export const longestLine = 64 * 1024
/** Longest message that octet counting may announce, bytes: who announces more ends its connection. */
export const longestCounted = 1024 * 1024
/** Digits of such a number. */
export const longestCount = 7
