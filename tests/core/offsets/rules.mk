# SPDX-License-Identifier: BSD-2-Clause
# The host programs with the short paths of ia32 and ppc32, and wrong displacements in all of them.

# Of the tests those of what a short path is about; host-test-32 has all.
PATH_TESTS := $(addprefix %/test_,$(addsuffix .c,fast fast_alone ipc registers time_point tlb tlb_world))
PATH_SRC   := $(filter-out $(HOST_TESTS),$(HOST_SRC)) $(filter $(PATH_TESTS),$(HOST_TESTS))

# The short path of ia32, which has one message register in a register.
IA32_SRC := $(PATH_SRC) $(subst by_c/enter,ia32/enter,$(HOST_32))
IA32_CFL := $(HOST32_CFL) -DHOST_REG_MRS=1
$(eval $(call host,ia32,$(HOSTCC) -m32,IA32_CFL,$(SANITIZED_32),$(IA32_SRC)))
$(eval $(call fast,hostia32,HOSTCC,IA32_CFL,ia32,32))
$(O)/host-test-ia32: $(O)/hostia32/fast.o

# The short path of ppc32, which has ten, by qemu-ppc and without sanitizers.
PPC32_SRC := $(PATH_SRC) $(subst by_c/enter,ppc32/enter,$(HOST_32))
PPC32_CC  := powerpc-linux-gnu-gcc
PPC32_CFL := $(filter-out -O1 -fsan% -fno-san%,$(HOST32_CFL)) -O2 -DHOST_REG_MRS=10
$(eval $(call host,ppc32,$(PPC32_CC),PPC32_CFL,-static,$(PPC32_SRC),deps-test))
$(eval $(call fast,hostppc32,PPC32_CC,PPC32_CFL,ppc32,32))
$(O)/host-test-ppc32: $(O)/hostppc32/fast.o

offset-mutants: $(O)/host-test-64 $(O)/host-test-ia32 $(O)/host-test-ppc32
offset-mutants: ## A wrong displacement in the fast path is noticed by a host test
	@tests/core/offsets/run && tests/core/offsets/run --ia32 && tests/core/offsets/run --ppc32
