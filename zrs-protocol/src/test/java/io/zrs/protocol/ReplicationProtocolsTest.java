package io.zrs.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.zrs.storage.BlobCapable;
import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.DataRecord;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplicationProtocolsTest {
    private static final ReplicationProtocol ZRS20 = new Zrs20();
    private static final ReplicationProtocol ZRS21 = new Zrs21();

    @Test
    void findsTheOriginalsProtocols() {
        assertThat(ReplicationProtocols.all())
                .extracting(ReplicationProtocol::id)
                .containsExactly("zrs2.0", "zrs2.1");
    }

    @Test
    void findsAProtocolByItsId() {
        assertThat(ReplicationProtocols.find("zrs2.0")).containsInstanceOf(Zrs20.class);
        assertThat(ReplicationProtocols.find("zrs2.1")).containsInstanceOf(Zrs21.class);
        assertThat(ReplicationProtocols.find("zrs2")).isEmpty();
    }

    @Test
    void knowsWhatAStorageMustBeAbleToRestore() {
        Storage blobs = storage(RestorableStorage.class, BlobRestorableStorage.class);
        Storage plain = storage(RestorableStorage.class);
        Storage readOnly = storage(TransactionLog.class);
        assertThat(ZRS20.objectionToReceive(plain)).isEmpty();
        assertThat(ZRS21.objectionToReceive(blobs)).isEmpty();
        assertThat(ZRS21.objectionToReceive(plain)).contains("main.fs cannot restore transactions with blobs");
        assertThat(ZRS20.objectionToReceive(readOnly)).contains("main.fs cannot restore transactions");
    }

    @Test
    void knowsWhatAStorageMustHaveToBeServed() {
        Storage blobs = storage(TransactionLog.class, BlobCapable.class);
        Storage plain = storage(TransactionLog.class);
        assertThat(ZRS20.objectionToSend(plain)).isEmpty();
        assertThat(ZRS21.objectionToSend(plain)).isEmpty();
        assertThat(ZRS21.objectionToSend(blobs)).isEmpty();
        assertThat(ZRS20.objectionToSend(blobs)).contains("it takes zrs2.1, since main.fs has blobs");
        assertThat(ZRS20.objectionToSend(storage())).contains("main.fs has no transaction log");
        assertThat(ZRS21.objectionToSend(storage())).contains("main.fs has no transaction log");
    }

    @Test
    void theInterfaceIsEnoughToReplicate() {
        Output fromSecondary = new Output();
        EventLog received = new EventLog();
        ReceivingSession secondary = ZRS21.receive(new Tid(7), received, fromSecondary, ProtocolLimits.DEFAULT);

        ByteBuffer said = ByteBuffer.wrap(fromSecondary.bytes());
        String id = Objects.requireNonNull(new Greeting().decode(said));
        Output fromPrimary = new Output();
        Starts starts = new Starts();
        SendingSession primary = ReplicationProtocols.find(id).orElseThrow().send(starts, fromPrimary);
        primary.receive(said);
        assertThat(starts.started).containsExactly(new Tid(7));

        EventLog direct = new EventLog();
        DataRecord record = new DataRecord(new Oid(1), new Tid(8), new byte[] {1, 2, 3}, null);
        TransactionHeader header = new TransactionHeader(new Tid(8), ' ', TransactionMetadata.of("user", "text"));
        primary.begin(header, PickleDialect.PYTHON2);
        primary.store(record);
        primary.beginBlob(record, 4);
        primary.blobBytes(ByteBuffer.wrap(new byte[] {4, 5}));
        primary.blobBytes(ByteBuffer.wrap(new byte[] {6, 7}));
        primary.commit();
        primary.flush();
        direct.begin(header, PickleDialect.PYTHON2);
        direct.store(record.oid(), record.tid(), record.data(), null);
        direct.beginBlob(record.oid(), record.tid(), new byte[] {1, 2, 3}, null);
        direct.blobBytes(ByteBuffer.wrap(new byte[] {4, 5, 6, 7}));
        direct.endBlob();
        direct.commit();

        secondary.receive(ByteBuffer.wrap(fromPrimary.bytes()));
        assertThat(received.lines).isEqualTo(direct.lines);

        fromSecondary.buffers.clear();
        secondary.keepAlive();
        secondary.acknowledge(new Tid(8));
        primary.receive(ByteBuffer.wrap(fromSecondary.bytes()));
        assertThat(starts.acknowledged).isEmpty();
    }

    private static Storage storage(Class<?>... capabilities) {
        Set<Class<?>> known = Set.of(capabilities);
        Storage storage = mock(Storage.class);
        when(storage.name()).thenReturn("main.fs");
        when(storage.capability(any())).thenAnswer(call -> {
            Class<?> type = call.getArgument(0);
            return known.contains(type) ? Optional.of(mock(type)) : Optional.empty();
        });
        return storage;
    }
}
