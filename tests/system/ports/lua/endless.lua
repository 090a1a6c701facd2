-- SPDX-License-Identifier: BSD-2-Clause
-- Computes until it is ended.
print('it computes')
while true do end
