# SPDX-License-Identifier: BSD-2-Clause
# user/lib/pecan, what programs call of it, as a host program: with the kernel and the servers of tests/posix.
LIB_TEST := $(wildcard tests/lib/*.c) tests/user/tests.c user/lib/l4/init.c
LIB_TEST += $(addprefix tests/posix/,gateway.S $(addsuffix .c,kernel kip main host root root_common \
	names console stream))
LIB_TEST += $(addprefix user/lib/pecan/,$(addsuffix .c,console demo memory names places plain print random \
	root server stream stub system task thread))
LTEST_CFL = $(UTEST_CFL) -Dstrlcpy=px_strlcpy -include tests/posix/host.h
# What the host's C library has too: text of the library goes to its console.
$(foreach d,libhost/obj libhost/cov,$(eval $(O)/$(d)/user/%.o: LTEST_CFL += -include tests/shell/output.h))

$(eval $(call hosted,lib,LTEST_CFL,$(LIB_TEST)))
