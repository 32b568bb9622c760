package example.folder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.zrs.primary.Primary;
import io.zrs.primary.PrimarySettings;
import io.zrs.secondary.Secondary;
import io.zrs.secondary.SecondarySettings;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Storages;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.WritableStorage;
import io.zrs.testing.FakeReactor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderStorageTest {
    private static final InetSocketAddress ADDRESS = new InetSocketAddress("localhost", 8100);

    @Test
    void isServedByAPrimaryAndWrittenByASecondary(@TempDir Path directory) throws IOException {
        FakeReactor reactor = new FakeReactor();
        Storage original = Storages.open("folder://" + directory.resolve("original"));
        Primary.start(original, ADDRESS, reactor, reactor.executor(), PrimarySettings.defaults());
        Storage base = Storages.open("folder://" + directory.resolve("copy"));
        SecondarySettings settings = SecondarySettings.standard(new Random(42));
        Secondary copy = Secondary.start(base, ADDRESS, reactor, reactor.executor(), settings);

        Tid tid = store(original, Oid.ROOT, "data");
        reactor.run();
        assertEquals(tid, copy.lastTransaction());
        assertArrayEquals("data".getBytes(UTF_8), copy.load(Oid.ROOT).data());
        String file = tid.toHex() + ".txn";
        assertEquals(
                -1,
                Files.mismatch(
                        directory.resolve("original").resolve(file),
                        directory.resolve("copy").resolve(file)));

        copy.close();
        original.close();
    }

    private static Tid store(Storage storage, Oid oid, String data) {
        WritableStorage writable = storage.capability(WritableStorage.class).orElseThrow();
        try (StorageTransaction transaction = writable.begin(TransactionMetadata.of("me", "first"))) {
            transaction.store(oid, Tid.NONE, ByteBuffer.wrap(data.getBytes(UTF_8)));
            transaction.vote();
            return transaction.finish();
        }
    }
}
