-- SPDX-License-Identifier: BSD-2-Clause
-- Loaded by test.lua.
return { twice = function(n) return 2 * n end }
