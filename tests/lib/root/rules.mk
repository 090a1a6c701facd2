# SPDX-License-Identifier: BSD-2-Clause
# All of root as a host program, on the kernel of tests/lib/posix.
ROOT_TEST := $(wildcard tests/lib/root/*.c) $(addprefix tests/lib/posix/,kernel.c kip.c main.c gateway.S)
ROOT_TEST += user/lib/l4/init.c tests/lib/user/tests.c
ROOT_TEST += $(filter-out user/root/voice.c,$(wildcard user/root/*.c user/root/arch/$(ARCH)/*.S))
ROOT_TEST += $(addprefix user/lib/pecan/,cpu.c elf.c places.c plain.c stub.c)
RTEST_CFL = $(UTEST_CFL) -D_GNU_SOURCE -Dstrlcpy=root_strlcpy -include tests/lib/root/host.h
# What the link script of programs has.
ROOT_ENDS := -Wl,--defsym=__program_start=kernel_call,--defsym=__program_end=kernel_call
RTEST_OWN := -Dmain=root_main -D_exit=root_exit
$(foreach d,roothost/obj roothost/cov,$(eval $(O)/$(d)/user/root/main.c.o: RTEST_CFL += $(RTEST_OWN)))

$(eval $(call hosted,root,RTEST_CFL,$(ROOT_TEST),$(ROOT_ENDS)))
