# SPDX-License-Identifier: BSD-2-Clause
"""browser.py - drives a Chromium without a window by its remote debugging pipe: messages in JSON, each ended
by a NUL, at its descriptors 3 and 4.
"""
import fcntl
import json
import os
import select
import shutil
import subprocess
import time

from guest import HANG, GuestError

FIRST_FREE = 10			# the pipes' own ends are not 3 and 4
BAD_LEVELS = ('error', 'warning')


class Browser:
    """messages: what the console and the log of the page got. requests: addresses that were loaded."""

    def __init__(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        commands, self.to = os.pipe()
        self.from_it, answers = os.pipe()
        ends = [fcntl.fcntl(fd, fcntl.F_DUPFD, FIRST_FREE) for fd in (commands, answers)]
        command = ['chromium', '--headless', '--disable-gpu', '--remote-debugging-pipe', '--no-first-run',
                   '--user-data-dir=' + os.path.abspath(folder)]
        command += ['--no-sandbox'] if os.geteuid() == 0 else []
        self.process = subprocess.Popen(
            ['timeout', '-k', '5', str(HANG)] + command, pass_fds=(3, 4), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=lambda: (os.dup2(ends[0], 3), os.dup2(ends[1], 4)))
        for fd in ends + [commands, answers]:
            os.close(fd)
        self.got, self.number, self.session = b'', 0, None
        self.messages, self.requests, self.loads = [], [], 0
        target = self.call('Target.createTarget', url='about:blank')['targetId']
        self.session = self.call('Target.attachToTarget', targetId=target, flatten=True)['sessionId']
        for part in ('Page', 'Runtime', 'Log', 'Network'):
            self.call(part + '.enable')

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.terminate()
        self.process.wait()
        os.close(self.to)
        os.close(self.from_it)

    def next_message(self):
        while b'\0' not in self.got:
            if not select.select([self.from_it], [], [], HANG)[0]:
                raise GuestError('the browser does not answer')
            piece = os.read(self.from_it, 1 << 20)
            if not piece:
                raise GuestError('the browser has ended')
            self.got += piece
        text, self.got = self.got.split(b'\0', 1)
        return json.loads(text)

    def note(self, event):
        kind, p = event.get('method'), event.get('params', {})
        if kind == 'Page.loadEventFired':
            self.loads += 1
        elif kind == 'Network.requestWillBeSent':
            self.requests.append(p['request']['url'])
        elif kind == 'Runtime.exceptionThrown':
            self.messages.append(p['exceptionDetails']['text'])
        elif kind == 'Runtime.consoleAPICalled':
            self.messages.append(' '.join(str(a.get('value')) for a in p['args']))
        elif kind == 'Log.entryAdded' and p['entry']['level'] in BAD_LEVELS:
            self.messages.append(p['entry']['text'])

    def call(self, method, **arguments):
        self.number += 1
        message = {'id': self.number, 'method': method, 'params': arguments}
        if self.session:
            message['sessionId'] = self.session
        os.write(self.to, json.dumps(message).encode() + b'\0')
        while True:
            answer = self.next_message()
            if answer.get('id') != self.number:
                self.note(answer)
                continue
            if 'error' in answer:
                raise GuestError('%s: %s' % (method, answer['error']))
            return answer['result']

    def until_loaded(self, times=1):
        limit, seen = time.monotonic() + HANG, self.loads
        while self.loads < seen + times and time.monotonic() < limit:
            self.note(self.next_message())

    def open(self, url):
        self.messages, self.requests = [], []
        failed = self.call('Page.navigate', url=url).get('errorText')
        assert not failed, failed
        self.until_loaded()

    def value(self, expression):
        """Of an expression of JavaScript."""
        result = self.call('Runtime.evaluate', expression=expression, returnByValue=True)
        assert 'exceptionDetails' not in result, result
        return result['result'].get('value')
