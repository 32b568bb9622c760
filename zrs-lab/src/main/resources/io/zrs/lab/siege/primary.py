"""Commits to a file and serves it by the original, until SIGTERM: primary.py FILE BLOBS SEED

Says before and after each commit what it does, in the lines that the committing process of ours writes.
"""
import hashlib
import logging
import os
import random
import signal
import struct
import sys
import tempfile
import threading

import zc.zrs.primary
import zc.zrs.reactor
import ZODB.Connection
import ZODB.FileStorage
import ZODB.utils

SUBJECTS = 52
BLOB = b'\x80\x03cZODB.blob\nBlob\n.\x80\x03N.'
BLOB_SIZES = [0, 1, 1000, 65536, 300000]


def mapping(data):
    return (b'\x80\x03cpersistent.mapping\nPersistentMapping\n.\x80\x03}X\4\0\0\0dataB'
            + struct.pack('<I', len(data)) + data + b's.')


def digest(data):
    return hashlib.sha256(data).hexdigest()[:16]


def say(*words):
    sys.stdout.write(' '.join(words) + '\n')
    sys.stdout.flush()


class Committer:
    def __init__(self, storage, seed):
        self.storage = storage
        self.random = random.Random(seed)
        self.serials = {}
        self.blobs = []
        self.mappings = []
        for number in range(1, SUBJECTS + 1):
            oid = ZODB.utils.p64(number)
            data, self.serials[oid] = ZODB.utils.load_current(storage, oid)
            (self.blobs if b'ZODB.blob' in data else self.mappings).append(oid)

    def commit(self):
        if self.random.random() < .2:
            changes = {oid: self.random.randbytes(self.random.choice(BLOB_SIZES))
                       for oid in self.random.sample(self.blobs, 2)}
        else:
            changes = {oid: self.random.randbytes(self.random.choice([200, 200, 200, 30000]))
                       for oid in self.random.sample(self.mappings, self.random.randint(1, 8))}
        say('try 0', *('0x%s=%s' % (oid.hex(), self.digest(oid, data)) for oid, data in changes.items()))
        transaction = ZODB.Connection.TransactionMetaData(user='siege', description='by Python')
        self.storage.tpc_begin(transaction)
        for oid, data in changes.items():
            self.store(oid, data, transaction)
        self.storage.tpc_vote(transaction)
        tid = self.storage.tpc_finish(transaction)
        say('done 0 0x' + tid.hex())
        self.serials.update(dict.fromkeys(changes, tid))

    def digest(self, oid, data):
        return digest(BLOB) + '+' + digest(data) if oid in self.blobs else digest(mapping(data))

    def store(self, oid, data, transaction):
        if oid in self.blobs:
            handle, path = tempfile.mkstemp(dir=self.storage.temporaryDirectory())
            with os.fdopen(handle, 'wb') as file:
                file.write(data)
            self.storage.storeBlob(oid, self.serials[oid], BLOB, path, '', transaction)
        else:
            self.storage.store(oid, self.serials[oid], mapping(data), '', transaction)


def main(path, blobs, seed):
    logging.basicConfig(stream=sys.stderr, level=logging.INFO,
                        format='%(asctime)s %(levelname)s %(name)s: %(message)s')
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda number, frame: ended.set())
    base = ZODB.FileStorage.FileStorage(path, blob_dir=blobs)
    primary = zc.zrs.primary.Primary(base, ('127.0.0.1', 0))
    while primary._listener is None and not ended.wait(.02):
        pass  # it is made by the reactor
    say('listening on 127.0.0.1:%d' % primary._listener.getHost().port)
    committer = Committer(primary, seed)
    while not ended.wait(committer.random.random() * .08):
        committer.commit()
    primary.close()


if len(sys.argv) > 1:
    main(*sys.argv[1:])
