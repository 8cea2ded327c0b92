# package.py - the Debian packages: built as Debian builds them, installed, used, removed
#
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 the seremotion authors
"""Installed is into a folder that dpkg takes for the root of a system, with this system's list of packages, so that
dependencies are checked and nothing outside the folder is touched. No package has a script that would need more."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAMES = ('gstreamer1.0-seremotion', 'seremotion')
TOOLS = ('dpkg-buildpackage', 'dh', 'fakeroot', 'lintian')
DATABASE = pathlib.Path('/var/lib/dpkg')


def sources():
    """Paths of what is committed or about to be; all but build folders where this is no checkout."""
    argv = ['git', '-C', str(ROOT), 'ls-files', '-z', '--cached', '--others', '--exclude-standard']
    try:
        listed = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.split('\0')
        return sorted(path for path in listed if path and (ROOT / path).is_file())
    except (OSError, subprocess.CalledProcessError):
        return sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob('*')
                      if path.is_file() and not path.relative_to(ROOT).parts[0].startswith('build'))


def unpack(where):
    shutil.rmtree(where, ignore_errors=True)
    for path in sources():
        target = where / 'source' / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, target)
    return where / 'source'


def make_system(root):
    """A system of its own that believes to have all packages of this one."""
    shutil.rmtree(root, ignore_errors=True)
    database = root / DATABASE.relative_to('/')
    (database / 'updates').mkdir(parents=True)
    shutil.copy(DATABASE / 'status', database)
    (database / 'info').mkdir()
    for path in (DATABASE / 'info').glob('*'):
        if path.suffix == '.list' or path.name == 'format':
            shutil.copy(path, database / 'info')


def files(root):
    """What lies in a system but for dpkg's own records."""
    return {str(path.relative_to(root)) for path in root.rglob('*') if path.relative_to(root).parts[:1] != ('var',)}


class Packages:
    def __init__(self, runner, where):
        self.runner = runner
        self.where = where
        self.root = where / 'system'

    def check(self, name, holds, why=''):
        self.runner.tally.add(f'package: {name}', 'passed' if holds else 'failed', why)
        return holds

    def command(self, name, argv, timeout, **keywords):
        return self.runner.command(f'package: {name}', argv, timeout, **keywords)

    def dpkg(self, name, *arguments):
        """fakeroot, as files of root are unpacked."""
        argv = ['fakeroot', 'dpkg', f'--root={self.root}', f'--log={self.where}/dpkg.log', *arguments]
        return self.command(name, argv, 120)

    def build(self):
        """The built packages by name, or None."""
        # A package of a release is not a debugging build that the caller's environment asks for.
        environment = {name: value for name, value in os.environ.items() if not name.startswith('DEB_')}
        argv = ['nice', 'dpkg-buildpackage', '-us', '-uc', '-b', f'-j{self.runner.jobs}']
        if self.command('dpkg-buildpackage', argv, 1200, cwd=unpack(self.where), env=environment) is None:
            return None
        found = {path.name.split('_')[0]: path for path in self.where.glob('*.deb')}
        version = re.search(r"version: '([^']+)'", (ROOT / 'meson.build').read_text()).group(1)
        self.check('both are built', set(NAMES) <= set(found), f'there are {sorted(found)}')
        names = sorted(path.name for path in found.values())
        self.check('they have the version of meson.build', all(name.split('_')[1] == version for name in names),
                   f'{version} against {names}')
        changes = self.where.glob('*.changes')
        self.command('lintian finds no error', ['lintian', '--allow-root', '--fail-on', 'error', *changes], 120)
        return found if set(NAMES) <= set(found) else None

    def use(self):
        """What a user does first with each of the two."""
        plugin = next(self.root.glob('usr/lib/*/gstreamer-1.0/libgstseremotion.so'), None)
        if not self.check('the plugin is where GStreamer looks', plugin is not None):
            return
        environment = dict(os.environ, GST_PLUGIN_PATH=str(plugin.parent), GST_REGISTRY=str(self.where / 'registry.bin'))
        output = self.command('gst-inspect-1.0 seremotion', ['gst-inspect-1.0', 'seremotion'], 60, env=environment)
        self.check('gst-inspect-1.0 shows the packaged plugin', str(plugin) in (output or ''), 'no line with its path')
        sample = ROOT / 'examples' / 'sample.opus'
        argv = ['gst-launch-1.0', '-m', 'filesrc', f'location={sample}', '!', 'decodebin', '!', 'seremotion', '!', 'fakesink']
        output = self.command('a pipeline runs', argv, 60, env=environment)
        self.check('the pipeline tells emotions', len(re.findall(r': seremotion, ', output or '')) >= 17)
        argv = [self.root / 'usr' / 'bin' / 'seremotion', 'analyze', '--format', 'csv', sample]
        output = self.command('the program runs', argv, 60, env=environment)
        self.check('the program tells emotions', len((output or '').splitlines()) >= 17)
        self.serve(environment, sample)

    def serve(self, environment, sample):
        """The server takes a recording, and a child of the packaged program analyses it."""
        data = self.where / 'library'
        shutil.rmtree(data, ignore_errors=True)
        argv = [self.root / 'usr' / 'bin' / 'seremotion', 'serve', '--port', '0', '--data', data, '--no-preload']
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=environment) as server:
            try:
                line = server.stdout.readline()
                url = line.removeprefix('seremotion serve: ').strip()
                if self.check('the server starts', url.startswith('http'), f'it said {line!r}'):
                    state = self.upload(url, sample)
                    self.check('the server analyses a recording', state == 'done', f'it is {state}')
            finally:
                server.terminate()
        self.check('the server ends', server.returncode == 0, f'exit status {server.returncode}')

    def upload(self, url, sample):
        """What becomes of it within half a minute."""
        try:
            request = urllib.request.Request(f'{url}api/v1/recordings?name=sample.opus', data=sample.read_bytes())
            with urllib.request.urlopen(request, timeout=20) as answer:
                recording = json.load(answer)
            for _ in range(150):
                if recording['state'] in ('done', 'failed'):
                    break
                time.sleep(0.2)
                with urllib.request.urlopen(f'{url}api/v1/recordings/{recording["id"]}', timeout=20) as answer:
                    recording = json.load(answer)
            return recording['error'] or recording['state']
        except (OSError, ValueError) as error:
            return str(error)

    def run(self):
        built = self.build()
        if built is None:
            return
        make_system(self.root)
        before = files(self.root)
        if self.dpkg('installed, its dependencies met', '--install', *(built[name] for name in NAMES)) is None:
            return
        self.dpkg('what is installed is what was packed', '--verify', *NAMES)
        self.use()
        self.dpkg('installed over itself', '--install', *(built[name] for name in NAMES))
        self.dpkg('removed', '--remove', *NAMES)
        left = files(self.root) - before
        self.check('nothing is left', not left, f'{sorted(left)}')
        self.dpkg('purged', '--purge', *NAMES)


def run(runner, where):
    absent = [tool for tool in TOOLS if not shutil.which(tool)]
    if absent:
        runner.tally.add('package: dpkg-buildpackage', 'skipped', f'{", ".join(absent)}: not installed')
    else:
        Packages(runner, where).run()
