# SPDX-License-Identifier: BSD-2-Clause
# The lines of musl that are changed: README.md says why.
s/^#include "lookup.h"/#include "pecan_names.h"/
s/^	int nns = 0;/	int nns = 0, servers[nqueries];/
s/^			alens\[i\] = rlen;/&\n			servers[i] = j;/
/^	pthread_cleanup_pop(1);/a\	for (i=0; i<nqueries; i++) {\n		struct pecan_question q = { queries[i], qlens[i], answers[i], asize };\n		if (alens[i] > 2 && (answers[i][2] & 2)) alens[i] = __pecan_ask_again(conf, servers[i], &q);\n	}
s/abuf\[2\]\[512\];/abuf[2][4096];/
s/(const unsigned char \*)packet + 512,/(const unsigned char *)packet + 4096,/
s/^	int cnt;/	int cnt, most;/
s/^	if (ctx->cnt >= MAXADDRS) return -1;/	if (ctx->cnt >= ctx->most) return -1;/
s/^		__dns_parse(abuf\[i\], alens\[i\],/		ctx.most = ctx.cnt + MAXADDRS \/ nq, __dns_parse(abuf[i], alens[i],/
/^	if (qdcount+ancount > 64) return -1;/d
