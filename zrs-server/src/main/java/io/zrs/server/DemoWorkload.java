package io.zrs.server;

import io.zrs.server.DemoRecords.PersistentClass;
import io.zrs.server.DemoRecords.Reference;
import io.zrs.storage.BlobCapable;
import io.zrs.storage.BlobTransaction;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/**
 * What goes on at the demonstration's primary: accounts that pay each other, documents that are uploaded and revised. The root object refers to all.
 *
 * <p>Threading: confined to one thread.
 */
final class DemoWorkload {
    private static final int ACCOUNT_COUNT = 50;
    private static final int BALANCE = 1000;
    private static final int[] BLOB_SIZES = {0, 1, 1000, 65_536, 70_000, 300_000, 1_000_000};
    private static final Reference ACCOUNTS = new Reference(new Oid(1), PersistentClass.MAPPING);
    private static final Reference DOCUMENTS = new Reference(new Oid(2), PersistentClass.MAPPING);

    private final BlobWritableStorage storage;
    private final Path temporary;
    private final Random random;
    private final Map<Oid, Tid> serials = new HashMap<>();
    private final List<Oid> accounts = new ArrayList<>();
    private final List<Integer> balances = new ArrayList<>();
    private final Map<String, Reference> documents = new TreeMap<>();

    /**
     * A workload that has not begun.
     *
     * @param storage empty, with blobs
     * @param random decides what happens
     */
    DemoWorkload(Storage storage, Random random) {
        this.storage = storage.capability(BlobWritableStorage.class).orElseThrow();
        this.temporary = storage.capability(BlobCapable.class).orElseThrow().temporaryDirectory();
        this.random = random;
    }

    /** Commits the root object and the accounts. */
    Tid begin() {
        Map<String, Reference> names = new TreeMap<>();
        try (BlobTransaction transaction = storage.begin(TransactionMetadata.of("demo", "open the accounts"))) {
            for (int i = 0; i < ACCOUNT_COUNT; i++) {
                Oid account = new Oid(DOCUMENTS.oid().value() + 1 + i);
                accounts.add(account);
                balances.add(BALANCE);
                names.put("account " + i, new Reference(account, PersistentClass.MAPPING));
                storeAccount(transaction, i, "opened");
            }
            put(transaction, Oid.ROOT, Map.of("accounts", ACCOUNTS, "documents", DOCUMENTS));
            put(transaction, ACCOUNTS.oid(), names);
            put(transaction, DOCUMENTS.oid(), documents);
            return commit(transaction);
        }
    }

    /** Commits one transaction more: one in ten is about a document. */
    Tid next() throws IOException {
        return random.nextInt(10) == 0 ? upload() : pay();
    }

    private Tid pay() {
        int payer = random.nextInt(ACCOUNT_COUNT);
        int payee = (payer + 1 + random.nextInt(ACCOUNT_COUNT - 1)) % ACCOUNT_COUNT;
        int amount = random.nextInt(BALANCE);
        balances.set(payer, balances.get(payer) - amount);
        balances.set(payee, balances.get(payee) + amount);
        String purpose = "for " + "much ".repeat(random.nextInt(200)) + "work";
        try (BlobTransaction transaction = storage.begin(TransactionMetadata.of("demo", "pay " + amount))) {
            storeAccount(transaction, payer, purpose);
            storeAccount(transaction, payee, purpose);
            return commit(transaction);
        }
    }

    private Tid upload() throws IOException {
        boolean isNew = documents.isEmpty() || random.nextInt(3) > 0;
        String name = "document " + (isNew ? documents.size() : random.nextInt(documents.size()));
        Path file = Files.createTempFile(temporary, "demo", ".blob");
        byte[] content = new byte[BLOB_SIZES[random.nextInt(BLOB_SIZES.length)]];
        random.nextBytes(content);
        Files.write(file, content);
        try (BlobTransaction transaction = storage.begin(TransactionMetadata.of("demo", "upload " + name))) {
            if (isNew) {
                documents.put(name, new Reference(storage.newOid(), PersistentClass.BLOB));
                put(transaction, DOCUMENTS.oid(), documents);
            }
            Oid blob = Objects.requireNonNull(documents.get(name)).oid();
            transaction.storeBlob(blob, serial(blob), DemoRecords.blob(), file);
            serials.put(blob, transaction.tid());
            return commit(transaction);
        }
    }

    private void storeAccount(BlobTransaction transaction, int index, String purpose) {
        put(transaction, accounts.get(index), Map.of("balance", balances.get(index), "purpose", purpose));
    }

    private void put(BlobTransaction transaction, Oid oid, Map<String, ?> items) {
        transaction.store(oid, serial(oid), DemoRecords.mapping(items));
        serials.put(oid, transaction.tid());
    }

    private Tid serial(Oid oid) {
        return serials.getOrDefault(oid, Tid.NONE);
    }

    private static Tid commit(BlobTransaction transaction) {
        transaction.vote();
        return transaction.finish();
    }
}
