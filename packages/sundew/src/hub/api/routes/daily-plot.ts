import { Hono } from 'hono'
import { z } from 'zod'
import { dayNamed } from '../../../plots/days.ts'
import type { Daily } from '../../plots/daily.ts'
import type { Guarded } from '../auth/guard.ts'
import { jsonBody, limitBody } from '../body.ts'
import type { DailyPicture } from '../contract.ts'
import { ApiError, badRequest, notFound } from '../errors.ts'

const maxBodyBytes = 1024
const dailyQuestion = z.strictObject({ day: z.string().max(10).optional() })

/** The daily picture, now. */
export function dailyPlotRoutes(daily: Daily | undefined): Hono<Guarded> {
  const app = new Hono<Guarded>()
  app.post('/plots/daily', limitBody(maxBodyBytes), async (c) => {
    const { day: name } = await jsonBody(c, dailyQuestion)
    if (!daily)
      throw notFound('There is no daily picture: plots.daily in the configuration names its folder.')
    const day = name === undefined ? daily.day() : dayNamed(name, daily.zone)
    if (!day) throw badRequest('day should be a date as 2026-11-25.')
    const [told] = await daily.draw([day], c.req.raw.signal)
    if (!told || told.trouble !== undefined)
      throw new ApiError(
        500,
        'SUNDEW_DAILY_PICTURE',
        `The picture of ${day.name} could not be written to ${daily.folder}: ${told?.trouble ?? 'it ended early'}`,
      )
    return c.json({ day: day.name, folder: daily.folder, files: told.files } satisfies DailyPicture)
  })
  return app
}
