#!/usr/bin/python3
# broadcast.py - a live RTP broadcast over a network that loses packets, with its emotions read at the receiver
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Copyright (C) 2026 the seremotion authors
"""broadcast.py FILE [LOSS] sends the file's sound to this machine itself, as Opus in RTP, in real time, and drops a
share LOSS of the packets (0.05). The receiver prints each window, and at the end how many packets were lost and what
classification took. Needs the Debian packages python3-gi, gir1.2-gstreamer-1.0, gstreamer1.0-plugins-good and -bad."""

import sys

import gi

gi.require_version('Gst', '1.0')
from gi.repository import GLib, Gst  # noqa: E402 (the version comes first)

# What stands in for the studio and the network. netsim is what loses packets.
SENDER = ('filesrc name=file ! decodebin ! audioconvert ! audioresample ! opusenc ! rtpopuspay ! '
          'netsim name=network ! udpsink name=sink host=127.0.0.1 sync=true')
# The jitter buffer tells of each packet that is missing, and the decoder covers it up.
RECEIVER = ('udpsrc name=source address=127.0.0.1 port=0 '
            'caps="application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,payload=96" ! '
            'rtpjitterbuffer name=jitter latency=200 do-lost=true ! rtpopusdepay ! opusdec plc=true ! '
            'seremotion name=emotion ! fakesink sync=true')


def show(result):
    start = result.get_value('running-time') / Gst.SECOND
    print(f'{start:7.2f} s  {result.get_value("emotion"):<10} {100 * result.get_value("confidence"):3.0f} %', flush=True)


class Broadcast:
    def __init__(self, path, loss):
        self.loop = GLib.MainLoop()
        self.failed = False
        self.windows = 0
        self.sender = self.make(SENDER, self.on_sent)
        self.receiver = self.make(RECEIVER, self.loop.quit)
        self.sender.get_by_name('file').set_property('location', path)
        self.sender.get_by_name('network').set_property('drop-probability', loss)

    def make(self, line, on_eos):
        pipeline = Gst.parse_launch(line)
        bus = pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect('message::error', self.on_error)
        bus.connect('message::element', self.on_element)
        bus.connect('message::eos', lambda bus, message: on_eos())
        return pipeline

    def on_element(self, bus, message):
        if message.has_name('seremotion'):
            self.windows += 1
            show(message.get_structure())

    def on_error(self, bus, message):
        error, _ = message.parse_error()
        print(f'{message.src.get_name()}: {error.message}', file=sys.stderr)
        self.failed = True
        self.loop.quit()

    def on_sent(self):
        """A broadcast has no end that a receiver could know of: what is still on its way gets a second."""
        GLib.timeout_add(1000, lambda: self.receiver.send_event(Gst.Event.new_eos()) and False)

    def summary(self):
        network = self.receiver.get_by_name('jitter').get_property('stats')
        stats = self.receiver.get_by_name('emotion').get_property('stats')
        received, lost = network.get_value('num-pushed'), network.get_value('num-lost')
        took = stats.get_value('processing-time') / 1e6 / max(stats.get_value('windows'), 1)
        return (f'{received} packets received, {lost} lost; {self.windows} windows, {stats.get_value("dropped")} dropped, '
                f'{took:.1f} ms each')

    def run(self):
        # It listens from READY on: which port it got is known then.
        self.receiver.set_state(Gst.State.READY)
        self.sender.get_by_name('sink').set_property('port', self.receiver.get_by_name('source').get_property('port'))
        self.receiver.set_state(Gst.State.PLAYING)
        self.sender.set_state(Gst.State.PLAYING)
        self.loop.run()
        if not self.failed:
            print(self.summary())
        self.sender.set_state(Gst.State.NULL)
        self.receiver.set_state(Gst.State.NULL)
        return not self.failed


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit('usage: broadcast.py FILE [LOSS]')
    Gst.init(None)
    return 0 if Broadcast(sys.argv[1], float(sys.argv[2]) if len(sys.argv) == 3 else 0.05).run() else 1


if __name__ == '__main__':
    sys.exit(main())
