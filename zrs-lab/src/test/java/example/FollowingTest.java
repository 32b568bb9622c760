package example;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.protocol.ReplicationMessage.Begin;
import io.zrs.protocol.ReplicationMessage.Commit;
import io.zrs.protocol.ReplicationMessage.Store;
import io.zrs.secondary.Secondary;
import io.zrs.secondary.SecondarySettings;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import io.zrs.testing.FakeConnection;
import io.zrs.testing.FakeReactor;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowingTest {
    private static final Tid TID = Tid.parse("036c6b90f7777778");
    private static final TransactionHeader FIRST = new TransactionHeader(
            TID, TransactionHeader.COMMITTED, TransactionMetadata.of("", "initial database creation"));

    @Test
    void followsThePrimaryThatThisTestPlays(@TempDir Path directory) {
        FakeReactor reactor = new FakeReactor();
        Storage files = FileStorage.open(directory.resolve("Data.fs"), FileStorageOptions.of(reactor.clock()));
        InetSocketAddress primary = InetSocketAddress.createUnresolved("primary", 8100);
        SecondarySettings settings = SecondarySettings.standard(new Random(42));
        Secondary secondary = Secondary.start(files, primary, reactor, reactor.executor(), settings);

        // It connects, and says what it speaks and what it has.
        FakeConnection connection = reactor.accept();
        assertArrayEquals("zrs2.0".getBytes(US_ASCII), connection.read());
        assertArrayEquals(new byte[8], connection.read());

        // Whatever is sent has been dealt with when send returns.
        connection.send(new Begin(FIRST, PickleDialect.PYTHON3));
        connection.send(new Store(Oid.ROOT, TID, null));
        connection.send("data".getBytes(US_ASCII));
        connection.send(new Commit(connection.digest()));
        assertEquals(TID, secondary.lastTransaction());
        assertArrayEquals("data".getBytes(US_ASCII), secondary.load(Oid.ROOT).data());

        // The connection breaks: it tries again at once, and asks for what comes after that.
        connection.fail();
        connection = reactor.accept();
        connection.read();
        assertArrayEquals(new byte[] {3, 0x6c, 0x6b, (byte) 0x90, (byte) 0xf7, 0x77, 0x77, 0x78}, connection.read());

        secondary.close();
        assertEquals(0, reactor.clients().size());
        assertEquals(0, reactor.later().size());
    }
}
