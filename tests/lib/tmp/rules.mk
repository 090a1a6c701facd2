# SPDX-License-Identifier: BSD-2-Clause
# The server of /tmp without its message loop, as a host program under sanitizers.
TMP_SRC := $(wildcard tests/lib/tmp/*.c) tests/lib/user/main.c tests/lib/user/tests.c
TMP_SRC += $(filter-out %/main.c,$(wildcard user/servers/tmp/*.c))
TMP_SRC += $(addprefix user/lib/pecan/,files_path.c places.c file_clients.c file_locks.c file_permits.c)

$(O)/tmp-test: $(TMP_SRC:%=$(O)/userobj/%.o)
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) -no-pie -fsanitize=address,undefined -o $@ $^

$(eval $(call cov_test,tmp-test,$(TMP_SRC)))
