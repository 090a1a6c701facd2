# SPDX-License-Identifier: BSD-2-Clause
# A machine of which every function stops, with what docs/porting.md asks for and no more.
NOM_SRC := $(filter-out $(KTWIN),$(wildcard $(addprefix kernel/,core/*.c mem/*.c sys/*.c boot/*.c lib/*.c)))
NOM_SRC += $(wildcard kernel/arch/generic/*.c) kernel/kdb/kdb_off.c tests/core/nomachine/machine.c
NOM_CFL := $(filter-out -fsan% -fno-san% -M% -I%,$(HOST_CFL)) -Iabi -Iabi/arch/host -Ikernel
NOM_CFL += -Itests/core/nomachine/include -Ikernel/arch/generic/include
NOM_CC_64  := $(HOSTCC) -m64 -no-pie
NOM_CC_32  := $(HOSTCC) -m32 -no-pie
NOM_CC_ppc := powerpc-linux-gnu-gcc -static
$(O)/nomachine-ppc: | deps-test
$(O)/nomachine-%: $(NOM_SRC) $(shell find abi kernel tests/core/nomachine -name '*.h') $(O)/settings
	$(call say,HOSTCC,$@)
	$(Q)$(NOM_CC_$*) $(NOM_CFL) -o $@ $(NOM_SRC)
