# SPDX-License-Identifier: BSD-2-Clause
# arch.sh - for scripts of this folder, $tools: the values of the machine that ARCH names, and O.
values=$tools/values			# in an installed SDK, which is for one machine
[ -f "$values" ] || values=$tools/machine/${ARCH:=x86_64}/values
if [ ! -f "$values" ]; then
	known=
	for file in "$tools"/machine/*/values; do
		file=${file%/values}
		known="$known ${file##*/}"
	done
	echo "${0##*/}: ARCH=$ARCH is not known: use one of$known" >&2
	exit 2
fi
. "$values"
O=${O:-$OUTPUT}

# machine_lines FILE...: with the lines of this machine (user/init), and empty ones for those of others.
machine_lines() {
	sed -e "s/^\([[:blank:]]*\)@\(${ARCH:-$FAMILY}\|$FAMILY\)[[:blank:]]/\1/" \
		-e 's/^[[:blank:]]*@[a-z0-9_]*[[:blank:]].*//' "$@"
}
