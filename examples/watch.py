#!/usr/bin/python3
# watch.py - the emotions of a recording as lines of JSON, read from the bus in Python
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Copyright (C) 2026 the seremotion authors
"""watch.py FILE|URI prints a line for each window, in the form that docs/message.md tells. Needs the Debian packages
python3-gi and gir1.2-gstreamer-1.0."""

import json
import sys

import gi

gi.require_version('Gst', '1.0')
from gi.repository import GLib, Gst  # noqa: E402 (the version comes first)

TIMES = ('timestamp', 'stream-time', 'running-time', 'duration')


def fields(structure):
    return [structure.nth_field_name(i) for i in range(structure.n_fields())]


def to_row(result):
    """The structure of a message as docs/message.md's line of JSON: times in seconds, None for one that does not exist."""
    row = {}
    for name in fields(result):
        value = result.get_value(name)
        if name == 'scores':
            value = {label: value.get_value(label) for label in fields(value)}
        elif name in TIMES:
            value = None if value == Gst.CLOCK_TIME_NONE else value / Gst.SECOND
        row[name] = value
    return row


class Watch:
    def __init__(self, uri):
        self.loop = GLib.MainLoop()
        self.failed = False
        # Pictures are not decoded.
        self.pipeline = Gst.parse_launch(
            'uridecodebin name=source caps=audio/x-raw expose-all-streams=false ! seremotion ! fakesink')
        self.pipeline.get_by_name('source').set_property('uri', uri)
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect('message::element', self.on_element)
        bus.connect('message::error', self.on_error)
        bus.connect('message::eos', lambda bus, message: self.loop.quit())

    def on_element(self, bus, message):
        if message.has_name('seremotion'):
            print(json.dumps(to_row(message.get_structure())), flush=True)

    def on_error(self, bus, message):
        error, _ = message.parse_error()
        print(f'{message.src.get_name()}: {error.message}', file=sys.stderr)
        self.failed = True
        self.loop.quit()

    def run(self):
        self.pipeline.set_state(Gst.State.PLAYING)
        self.loop.run()
        self.pipeline.set_state(Gst.State.NULL)
        return not self.failed


def main():
    if len(sys.argv) != 2:
        sys.exit('usage: watch.py FILE|URI')
    Gst.init(None)
    location = sys.argv[1]
    return 0 if Watch(location if Gst.uri_is_valid(location) else Gst.filename_to_uri(location)).run() else 1


if __name__ == '__main__':
    sys.exit(main())
