# SPDX-License-Identifier: BSD-2-Clause
# N one-line mutants of the kernel, drawn with SEED, against the tests of the rules that reach them.
.PHONY: mutants
N    ?= 20
SEED ?= 1

mutants: | deps-test deps-fuzz ## Does a test fail for each of N=20 changed lines, drawn with SEED=1?
	@tests/mutants/run $(N) $(SEED)
