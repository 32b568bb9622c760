"""Follows a primary by the original, until SIGTERM: follower.py FILE BLOBS HOST PORT

Without arguments it only looks whether it could.
"""
import logging
import signal
import sys
import threading

import zc.zrs.secondary
import ZODB.FileStorage


def main(path, blobs, host, port):
    logging.basicConfig(stream=sys.stderr, level=logging.INFO,
                        format='%(asctime)s %(levelname)s %(name)s: %(message)s')
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda number, frame: ended.set())
    base = ZODB.FileStorage.FileStorage(path, blob_dir=blobs)
    secondary = zc.zrs.secondary.Secondary(base, (host, int(port)), reconnect_delay=0.5)
    while not ended.wait(0.1):
        pass  # a signal is handled between two waits
    secondary.close()


if len(sys.argv) > 1:
    main(*sys.argv[1:])
