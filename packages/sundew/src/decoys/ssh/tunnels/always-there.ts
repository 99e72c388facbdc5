/** Hosts that intruders take as a measure of whether a connection works: they are never away. */
const domains = new Set([
  'amazon.com',
  'amazonaws.com',
  'aol.com',
  'apple.com',
  'baidu.com',
  'bing.com',
  'cloudflare.com',
  'comcast.net',
  'facebook.com',
  'github.com',
  'gmail.com',
  'gmx.de',
  'gmx.net',
  'google.com',
  'googlemail.com',
  'hotmail.com',
  'icanhazip.com',
  'icloud.com',
  'ident.me',
  'ifconfig.co',
  'ifconfig.me',
  'ip-api.com',
  'ip.sb',
  'ipecho.net',
  'ipify.org',
  'ipinfo.io',
  'live.com',
  'mail.ru',
  'microsoft.com',
  'myip.com',
  'outlook.com',
  'qq.com',
  'seznam.cz',
  'web.de',
  'yahoo.com',
  'yahoodns.net',
  'yandex.com',
  'yandex.net',
  'yandex.ru',
  'ya.ru',
  'youtube.com',
])
const addresses = new Set(['1.0.0.1', '1.1.1.1', '8.8.4.4', '8.8.8.8', '9.9.9.9'])

/** Whether it is one of them, or below one. */
export function isAlwaysThere(host: string): boolean {
  if (addresses.has(host)) return true
  const labels = host.split('.')
  return labels.some((_, i) => domains.has(labels.slice(i).join('.')))
}
