# SPDX-License-Identifier: BSD-2-Clause
# Commands of `make debug` (tools/debug adds the files and connects).
set confirm off
set pagination off
set architecture i386:x86-64

python
def keep_program(name):
    """Symbols of the programs other than name out, those of name in (all share one link address)."""
    paths = [o.filename for o in gdb.objfiles() if '/bin/' in o.filename]
    for path in paths:
        gdb.execute('remove-symbol-file ' + path)
    folder = gdb.current_progspace().filename.rsplit('/', 1)[0]
    gdb.execute('add-symbol-file %s/bin/%s' % (folder, name))
end

define program
  python keep_program("$arg0")
end
document program
program NAME: use the symbols of build/bin/NAME, and of no other program that is linked at its address.
end
