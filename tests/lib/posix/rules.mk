# SPDX-License-Identifier: BSD-2-Clause
# user/lib/posix, the system calls of musl, as a host program: with a kernel and servers made for it.
PTEST_SRC := $(wildcard tests/lib/posix/*.c) tests/lib/user/tests.c tests/lib/posix/gateway.S
PTEST_SRC += $(wildcard user/lib/posix/*.c)
PTEST_SRC += user/lib/posix/arch/x86_64/thread.S user/lib/l4/init.c
PTEST_SRC += $(filter-out %/exit.c %/print.c,$(wildcard user/lib/pecan/*.c))
# The start code's names are those of the host's as well; its C library has no strlcpy. The parts of a
# message are counted by an int in musl's headers.
PTEST_CFL = $(filter-out -fno-builtin,$(UTEST_CFL)) -Wno-sign-compare -D_start=px_first -Dstrlcpy=px_strlcpy
PTEST_CFL += -include tests/lib/posix/host.h
PTEST_LINK := -Wl,--wrap=px_unlock
PTEST_OWN := -D__libc_start_main=px_libc_start_main -Dmain=px_main
$(foreach d,posixhost/obj posixhost/cov,$(eval $(O)/$(d)/user/lib/posix/start.c.o: PTEST_CFL += $(PTEST_OWN)))

# For the lines and branches that programs of user level reach (make coverage).
PTEST_COV = $(filter-out $(PLAIN_CFL) $(HOST_CFL),$(COV_CFL))
$(eval $(call hosted,posix,PTEST_CFL,$(PTEST_SRC),$(PTEST_LINK)))
