#!/usr/bin/env python3
# slurm.py - the cluster example on a cluster of one node: 60 recordings, a task killed and requeued, each result once
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Copyright (C) 2026 the seremotion authors
"""Starts a munge daemon, a Slurm controller and a node of its own, and runs examples/slurm/analyze.sbatch on them.

    tests/slurm.py SEREMOTION

Prints TAP. Skips, saying why, where Slurm is not installed or may not be started (it takes root).
"""

import math
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import wave

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILES = 60
TASKS = 4
SECONDS = 150
LIMIT = 240

CONFIGURATION = '''
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
ReturnToService=2
SwitchType=switch/none
JobRequeue=1
RequeueExit=99
MessageTimeout=60
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=1000 State=UNKNOWN
PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE State=UP
'''


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def skip(why):
    print(f'1..0 # SKIP {why}')
    sys.exit(0)


def write_recordings(folder):
    """One voice-like sound under many names."""
    first = folder / '00.wav'
    second = b''.join(struct.pack('<h', int(9000 * math.sin(2 * math.pi * 150 * n / 8000)
                                            * (0.6 + 0.4 * math.sin(2 * math.pi * 4 * n / 8000)))) for n in range(8000))
    with wave.open(str(first), 'wb') as sound:
        sound.setparams((1, 2, 8000, 0, 'NONE', ''))
        sound.writeframes(second * SECONDS)
    for i in range(1, FILES):
        os.link(first, folder / f'{i:02}.wav')


class Cluster:
    def __init__(self, folder):
        self.folder = folder
        self.daemons = []
        for name in ('state', 'spool'):
            (folder / name).mkdir()
        host = socket.gethostname().split('.')[0]
        (folder / 'slurm.conf').write_text(CONFIGURATION.format(
            folder=folder, host=host, controller_port=free_port(), node_port=free_port()))
        (folder / 'munge.key').write_bytes(os.urandom(128))
        (folder / 'munge.key').chmod(0o600)
        self.environment = dict(os.environ, SLURM_CONF=str(folder / 'slurm.conf'))

    def start(self):
        self.daemon('munged', '--foreground', '--force', f'--key-file={self.folder}/munge.key',
                    f'--socket={self.folder}/munge.socket', f'--pid-file={self.folder}/munge.pid',
                    f'--log-file={self.folder}/munge.log', f'--seed-file={self.folder}/munge.seed')
        self.wait(lambda: (self.folder / 'munge.socket').exists(), 'munged does not start', 15)
        self.daemon('slurmctld', '-D', '-i')
        self.daemon('slurmd', '-D', '-N', socket.gethostname().split('.')[0])
        self.wait(lambda: 'idle' in self.run('sinfo', '--noheader', '--format=%t'), 'the node does not come up', 45)

    def daemon(self, *command):
        log = open(self.folder / f'{command[0]}.out', 'wb')
        self.daemons.append(subprocess.Popen(command, env=self.environment, stdin=subprocess.DEVNULL, stdout=log,
                                             stderr=subprocess.STDOUT))

    def run(self, *command):
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60).stdout

    def wait(self, condition, fault, limit):
        end = time.monotonic() + limit
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(fault)
            time.sleep(0.3)

    def stop(self):
        for daemon in reversed(self.daemons):
            daemon.terminate()
        for daemon in self.daemons:
            try:
                daemon.wait(20)
            except subprocess.TimeoutExpired:
                daemon.kill()


def run_array(cluster, program, recordings, results):
    """Submits the array, kills and requeues its first task once that has results, and waits for the end."""
    environment = dict(cluster.environment, SEREMOTION=program)
    cluster.environment = environment
    submitted = subprocess.run(
        ['sbatch', '--parsable', f'--array=1-{TASKS}', '--mem=100M', f'--output={cluster.folder}/task-%a.log', '--open-mode=append',
         str(ROOT / 'examples' / 'slurm' / 'analyze.sbatch'), str(recordings), str(results)],
        env=environment, capture_output=True, text=True, timeout=60)
    job = submitted.stdout.strip()
    if not job:
        raise RuntimeError(f'sbatch: {submitted.stderr.strip()}')
    done = results / '.seremotion'
    cluster.wait(lambda: done.is_dir() and any(done.glob('*.done')), 'no task does anything', LIMIT)
    before = len(list(done.glob('*.done')))
    cluster.run('scontrol', 'requeue', f'{job}_1')
    restarts = []

    def ended():
        state = cluster.run('scontrol', 'show', 'job', job)
        if 'Restarts=1' in state:
            restarts.append(True)
        return state and not any(f'JobState={name}' in state for name in ('PENDING', 'RUNNING', 'COMPLETING', 'REQUEUED'))

    # A requeued task is held back for two minutes; it is let go at once.
    def released_and_ended():
        cluster.run('scontrol', 'update', f'JobId={job}_1', 'StartTime=now')
        return ended()

    cluster.wait(released_and_ended, 'the array does not end', LIMIT)
    return before, bool(restarts), cluster.run('scontrol', 'show', 'job', job)


def main():
    program = sys.argv[1]
    for tool in ('munged', 'slurmctld', 'slurmd', 'sbatch'):
        if not shutil.which(tool):
            skip(f'{tool} is not installed (slurm-wlm)')
    if os.geteuid() != 0:
        skip('starting a cluster takes root')
    with tempfile.TemporaryDirectory(prefix='slurm-') as name:
        folder = pathlib.Path(name)
        recordings, results = folder / 'recordings', folder / 'results'
        recordings.mkdir()
        write_recordings(recordings)
        cluster = Cluster(folder)
        try:
            cluster.start()
        except (TimeoutError, OSError) as fault:
            cluster.stop()
            skip(f'no cluster can be started here: {fault}')
        try:
            before, restarted, state = run_array(cluster, program, recordings, results)
        except (TimeoutError, RuntimeError, OSError) as fault:
            print(f'1..1\nnot ok 1 - a cluster of one node runs the array\n# {fault}')
            for log in sorted(folder.glob('*.log')) + sorted(folder.glob('*.out')):
                print('\n'.join(f'# {log.name}: {line}' for line in log.read_text(errors='replace').splitlines()[-8:]))
            sys.exit(1)
        finally:
            cluster.stop()
        found = sorted(path.name for path in results.iterdir() if not path.name.startswith('.'))
        expected = sorted(f'{i:02}.{suffix}' for i in range(FILES)
                          for suffix in ('jsonl', 'segments.csv', 'summary.csv', 'windows.csv'))
        lines = {(results / f'{i:02}.windows.csv').read_text().count('\n')
                 for i in range(FILES) if (results / f'{i:02}.windows.csv').exists()}
        checks = [
            (found == expected, f'each of {FILES} recordings has its results, once'),
            (restarted and 0 < before < FILES, f'a task was killed and requeued, with {before} results there'),
            (lines == {SECONDS - 3 + 2}, 'none is partial'),
            (all('JobState=COMPLETED' in line for line in state.splitlines() if 'JobState=' in line), 'every task ends well'),
        ]
        print(f'1..{len(checks)}')
        for number, (ok, what) in enumerate(checks, 1):
            print(f'{"ok" if ok else "not ok"} {number} - {what}')
        sys.exit(0 if all(ok for ok, _ in checks) else 1)


if __name__ == '__main__':
    main()
