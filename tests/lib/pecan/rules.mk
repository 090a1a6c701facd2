# SPDX-License-Identifier: BSD-2-Clause
# user/lib/pecan, what programs call of it, as a host program, with kernel and servers of tests/lib/posix.
LIB_TEST := $(wildcard tests/lib/pecan/*.c) tests/lib/user/tests.c user/lib/l4/init.c
LIB_TEST += $(addprefix tests/lib/posix/,gateway.S $(addsuffix .c,kernel kip main host root root_common \
	names console stream))
LIB_TEST += $(addprefix user/lib/pecan/,$(addsuffix .c,console demo memory names places plain print random \
	root server stream stub system task thread))
LTEST_CFL = $(UTEST_CFL) -Dstrlcpy=px_strlcpy -include tests/lib/posix/host.h
# What the host's C library has too: text of the library goes to its console.
$(foreach d,obj cov,$(eval $(O)/libhost/$(d)/user/%.o: LTEST_CFL += -include tests/system/shell/output.h))

$(eval $(call hosted,lib,LTEST_CFL,$(LIB_TEST)))
