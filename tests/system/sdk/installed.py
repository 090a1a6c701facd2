# SPDX-License-Identifier: BSD-2-Clause
"""Commands with an installed SDK first on their paths, and without what this tree's Makefile exports."""
import os
import subprocess

from guest import Guest, TOP


def make(*words, **how):
    """This tree's make as its user types it: make test sets PORTS for its own builds."""
    env = {k: v for k, v in os.environ.items() if k != 'PORTS'}
    return subprocess.run(['make', '-s', *words], cwd=TOP, env=env, **how)


def environment(sdk):
    env = dict(os.environ, PKG_CONFIG_PATH=sdk + '/lib/pkgconfig', PATH=sdk + '/bin:' + os.environ['PATH'])
    for name in ('CC', 'MAKEFLAGS', 'MAKELEVEL', 'O', 'MODE', 'V', 'ROOT', 'PORTS'):
        env.pop(name, None)
    return env


def guest_in(folder, sdk, argv):
    """The Guest of a command that boots a system, run in this folder."""
    env = environment(sdk)
    words = ['-C', folder, 'PATH=' + env['PATH'], 'PKG_CONFIG_PATH=' + env['PKG_CONFIG_PATH']]
    return Guest(*(words + argv), command='/usr/bin/env')
