-- SPDX-License-Identifier: BSD-2-Clause
-- Uses all of the memory that the section of Lua has: small objects, until there is no more, which is an error
-- that can be caught. Then it frees them and makes as many again. It does not end, so that `mem` shows it.
local function fill()
  local list, n = false, 0
  local _, why = pcall(function() while true do list = { list } n = n + 1 end end)
  return n, why
end

local first, why = fill()
collectgarbage()
local second = fill()
collectgarbage()
print(why .. ': ' .. (second >= first * 0.99 and 'as many again' or first .. ', then ' .. second))
while true do end
