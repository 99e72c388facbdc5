(function () {
  'use strict'
  return 0
})()
