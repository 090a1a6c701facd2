-- SPDX-License-Identifier: BSD-2-Clause
-- Prints more than a pipe holds, then reports on the console.
local bytes = 0
for i = 1, 20000 do
  local ok, message = io.write('line ', i, '\n')
  if not ok then io.stderr:write('many: ', message, '\n') os.exit(1) end
end
io.stderr:write('many: all was written\n')
