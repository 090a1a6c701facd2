-- SPDX-License-Identifier: BSD-2-Clause
-- The lines of the input in capitals.
for line in io.lines() do print(line:upper()) end
