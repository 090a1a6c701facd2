# SPDX-License-Identifier: BSD-2-Clause
# The shell, all of it, as a host program: with the kernel and the servers of tests/lib/posix.
SHELL_TEST := $(wildcard tests/system/shell/*.c) tests/lib/user/tests.c user/lib/l4/init.c
SHELL_TEST += $(addprefix tests/lib/posix/,gateway.S $(addsuffix .c,kernel kip main host root root_common \
	names console stream files))
SHELL_TEST += $(wildcard user/apps/shell/*.c) $(addprefix user/drivers/console/,line.c history.c)
SHELL_TEST += $(addprefix user/lib/pecan/,$(addsuffix .c,console dma files files_path memory names plain \
	print random root server special stream stub system task thread places date))
STEST_CFL = $(UTEST_CFL) -Dstrlcpy=px_strlcpy -include tests/lib/posix/host.h
# What the host's C library has too: text of the shell goes to its console.
define shell_own
$(O)/$(1)/user/%.o: STEST_CFL += -include tests/system/shell/output.h
$(O)/$(1)/user/apps/shell/main.c.o: STEST_CFL += -Dmain=shell_main
endef
$(foreach d,shellhost/obj shellhost/cov,$(eval $(call shell_own,$(d))))

$(eval $(call hosted,shell,STEST_CFL,$(SHELL_TEST)))
