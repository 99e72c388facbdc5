/** Whose data country and autonomous system come from: their licence (CC BY 4.0) asks that it is told beside them. */
export const geoAttribution =
  'Countries by the NRO (nro.net); autonomous systems by Route Views (routeviews.org) and IP Geolocation by DB-IP (https://db-ip.com). CC BY 4.0.'
