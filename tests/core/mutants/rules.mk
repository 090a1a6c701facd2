# SPDX-License-Identifier: BSD-2-Clause
# N one-line mutants of kernel and user level, drawn with SEED, against the tests that reach them.
.PHONY: mutants
N    ?= 20
SEED ?= 1

mutants: | deps-test deps-fuzz ## Does a test fail for each of N=20 changed lines, drawn with SEED=1?
	@tests/core/mutants/run $(N) $(SEED)
