-- SPDX-License-Identifier: BSD-2-Clause
-- What a script may expect of Lua on Pecan. Prints the number of checks, or ends with the one that fails.
local checks = 0
local function check(holds, what)
  if not holds then error('not ok: ' .. what, 2) end
  checks = checks + 1
end

-- numbers and strings
check(7 // 2 == 3 and 7 / 2 == 3.5 and 2 ^ 10 == 1024 and -7 % 3 == 2, 'arithmetic')
check(math.maxinteger + 1 == math.mininteger and 1 << 62 == 4611686018427387904, 'integers')
check(math.abs(math.sin(1) - 0.8414709848) < 1e-9 and math.floor(-2.5) == -3, 'math')
check(string.format('%5.2f|%-5s|%q', 3.14159, 'ab', 'x\n') == ' 3.14|ab   |"x\\\n"', 'format')
check(('hello world'):gsub('o', '0') == 'hell0 w0rld', 'gsub')
check(('key=value'):match('(%w+)=(%w+)') == 'key', 'match')
check(utf8.char(228, 8364) == '\xc3\xa4\xe2\x82\xac' and utf8.len('\xc3\xa4') == 1, 'utf8')
check(string.pack('<i4', 258) == '\2\1\0\0' and string.unpack('<i4', '\2\1\0\0') == 258, 'pack')

-- tables, closures, metatables, goto
local t = {}
for i = 1, 1000 do t[i] = (i * 7919) % 1009 end
table.sort(t)
for i = 2, #t do check(t[i - 1] <= t[i], 'sort') end
local function counter() local n = 0 return function() n = n + 1 return n end end
local a, b = counter(), counter()
check(a() == 1 and a() == 2 and b() == 1, 'closures')
local vector = setmetatable({ x = 1 }, { __add = function(p, q) return p.x + q.x end,
                                         __index = function(_, k) return k .. '?' end })
check(vector + vector == 2 and vector.y == 'y?', 'metatables')
do
  local n = 0
  ::again::
  n = n + 1
  if n < 5 then goto again end
  check(n == 5, 'goto')
end

-- coroutines, errors, garbage
local generate = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i * i) end end)
check(generate() == 1 and generate() == 4 and generate() == 9, 'coroutines')
local ok, message = pcall(function() local none; return none.field end)
check(not ok and message:find("attempt to index a nil value"), 'errors')
check(select(2, pcall(error, { code = 5 })).code == 5, 'error values')
local weak = setmetatable({}, { __mode = 'k' })
for i = 1, 20000 do weak[{}] = ('x'):rep(100) .. i end
collectgarbage()
check(next(weak) == nil and collectgarbage('count') < 2000, 'garbage is collected')
do
  local closed
  do local c <close> = setmetatable({}, { __close = function() closed = true end }) end
  check(closed, 'to-be-closed variables')
end

-- code from text, files of the boot image, what is absent
check(load('return 6 * 7')() == 42 and not load('return +'), 'load')
local f = assert(io.open('init'))
local text = f:read('a')
check(#text > 100 and f:seek('set', 2) == 2 and f:read(1) == text:sub(3, 3), 'files')
f:close()
local lines = 0
for _ in io.lines('init') do lines = lines + 1 end
check(lines == select(2, text:gsub('\n', '')), 'lines of a file')
check(not io.open('none') and not io.open('init', 'w'), 'files that cannot be opened')
package.path = 'lib/?.lua'
check(require('module').twice(21) == 42, 'require')
check(os.getenv('HOME') == nil and os.clock() > 0, 'os')

-- other programs
local function result(command)
  local _, how, number = os.execute(command)
  return how .. ' ' .. number
end
check(os.execute(), 'there is a command interpreter')
check(result('libctest --exit 0') == 'exit 0' and result('libctest --exit 5') == 'exit 5', 'os.execute')
check(result('libctest --abort') == 'signal 6' and result('nosuchprogram >') == 'exit 2', 'os.execute: errors')
local pipe = assert(io.popen("cat init | grep 'task shell'"))
check(pipe:read('a') == 'task shell\n' and pipe:close(), 'io.popen for reading')
pipe = assert(io.popen('libctest --exit 4'))
check(pipe:read('l') == nil and select(3, pipe:close()) == 4, 'the status of io.popen')
pipe = assert(io.popen("lua lib/upper.lua | grep QUICK", 'w'))
pipe:write('a slow fox\n', 'a quick fox\n')
check(pipe:close(), 'io.popen for writing')
print('lua: ' .. checks .. ' checks passed')
