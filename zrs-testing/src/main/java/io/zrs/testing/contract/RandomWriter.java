package io.zrs.testing.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.zrs.storage.Oid;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.WritableStorage;
import io.zrs.testing.contract.HistoryModel.Written;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writes random transactions to a storage, and to a model what should come of them. Threading: needs outside synchronisation. */
final class RandomWriter {
    private static final int OIDS = 12;

    private final Random random;
    private final HistoryModel model;

    RandomWriter(Random random, HistoryModel model) {
        this.random = random;
        this.model = model;
    }

    /** One transaction, which may conflict, be aborted or be empty. */
    void step(WritableStorage storage) {
        try (StorageTransaction transaction = storage.begin(TransactionMetadata.of("user", "step"))) {
            List<Written> records = write(transaction);
            switch (random.nextInt(6)) {
                case 0 -> {}
                case 1 -> transaction.vote();
                default -> {
                    transaction.vote();
                    model.commit(transaction.finish(), records);
                }
            }
        }
        if (random.nextInt(4) == 0) {
            conflict(storage);
        }
    }

    /** Random records. */
    List<Written> write(StorageTransaction transaction) {
        List<Written> records = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            Oid oid = new Oid(random.nextInt(OIDS));
            Tid serial = model.serial(oid);
            boolean isKnown = !serial.equals(Tid.NONE);
            if (isKnown && random.nextInt(6) == 0) {
                transaction.deleteObject(oid, serial);
                records.add(new Written(oid, transaction.tid(), HistoryModel.DELETED));
            } else {
                String data = text();
                transaction.store(oid, serial, ByteBuffer.wrap(data.getBytes(UTF_8)));
                records.add(new Written(oid, transaction.tid(), data));
            }
        }
        return records;
    }

    /** Text of random length. */
    String text() {
        String word = Integer.toString(random.nextInt(10_000));
        return word.repeat(1 + random.nextInt(random.nextInt(10) == 0 ? 20_000 : 30));
    }

    private void conflict(WritableStorage storage) {
        List<Oid> oids = model.oids();
        if (oids.isEmpty()) {
            return;
        }
        Oid oid = oids.get(random.nextInt(oids.size()));
        Tid wrong = new Tid(model.serial(oid).value() + 1 + random.nextInt(3));
        try (StorageTransaction transaction = storage.begin(TransactionMetadata.EMPTY)) {
            write(transaction);
            Expect.conflict(
                    oid, model.serial(oid), wrong, () -> transaction.store(oid, wrong, ByteBuffer.wrap(new byte[3])));
        }
    }
}
