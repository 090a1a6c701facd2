# SPDX-License-Identifier: BSD-2-Clause
# The host program with the short path of ia32, and wrong displacements in both short paths.

# The short path of ia32, which has one message register in a register.
IA32_SRC := $(filter-out %/test_boot_parsers.c,$(HOST_SRC)) $(subst by_c/enter,ia32/enter,$(HOST_32))
IA32_CFL := $(HOST32_CFL) -DHOST_REG_MRS=1
$(eval $(call host,ia32,$(HOSTCC) -m32,IA32_CFL,$(SANITIZED),$(IA32_SRC)))
$(eval $(call fast,hostia32,HOSTCC,IA32_CFL,ia32,32))
$(O)/host-test-ia32: $(O)/hostia32/fast.o

offset-mutants: $(O)/host-test-64 $(O)/host-test-ia32
offset-mutants: ## A wrong displacement in the fast path is noticed by a host test
	@tests/core/offsets/run && tests/core/offsets/run --ia32
