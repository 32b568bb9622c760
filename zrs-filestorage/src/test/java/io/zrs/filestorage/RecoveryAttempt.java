package io.zrs.filestorage;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.filestorage.FileStorageRecovery.Damaged;
import io.zrs.filestorage.FileStorageRecovery.Loss;
import io.zrs.filestorage.FileStorageRecovery.Summary;
import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionLog.Order;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Recovers damaged files, and remembers what the last recovery said. */
final class RecoveryAttempt {
    final Path damagedFile = TestStorage.memoryPath();
    Path recoveredFile = damagedFile.resolveSibling("Recovered.fs");
    final List<Loss> losses = new ArrayList<>();
    final List<String> notes = new ArrayList<>();

    /** Recovers a file with these bytes to a new one. */
    Summary recover(byte[] bytes, Damaged kept) {
        losses.clear();
        notes.clear();
        TestStorage.write(damagedFile, bytes);
        recoveredFile = TestStorage.memoryPath();
        try (Storage target = FileStorage.open(recoveredFile, TestStorage.options())) {
            return FileStorageRecovery.recover(damagedFile, target, kept, listener());
        }
    }

    FileStorageRecovery.Listener listener() {
        return new FileStorageRecovery.Listener() {
            @Override
            public void lost(Loss loss) {
                assertThat(loss.end()).isGreaterThan(loss.offset());
                losses.add(loss);
            }

            @Override
            public void note(long offset, String text) {
                notes.add(offset + " " + text);
            }
        };
    }

    /** What the verifier finds. */
    static List<String> verify(Path file) {
        List<String> findings = new ArrayList<>();
        FileStorageVerifier.verify(file, new FileStorageVerifier.Listener() {
            @Override
            public void finding(long offset, String text) {
                findings.add(offset + " " + text);
            }

            @Override
            public void note(long offset, String text) {}
        });
        return findings;
    }

    Map<Tid, String> dumpRecovered() throws IOException {
        return Files.exists(recoveredFile) ? dump(recoveredFile) : Map.of();
    }

    /** A line for the header and for each record. */
    static Map<Tid, String> dump(Path file) throws IOException {
        Map<Tid, String> dump = new LinkedHashMap<>();
        FileStorageOptions readOnly = TestStorage.options().withMode(FileStorageOptions.Mode.READ_ONLY);
        try (Storage storage = FileStorage.open(file, readOnly);
                TransactionCursor cursor = TestStorage.log(storage).iterate(Tid.NONE, Order.OLDEST_FIRST)) {
            for (LogTransaction next = cursor.next(); next != null; next = cursor.next()) {
                StringBuilder text = new StringBuilder(next.header().toString()).append(":\n");
                for (DataRecord record = next.nextRecord(); record != null; record = next.nextRecord()) {
                    text.append(record.oid())
                            .append(' ')
                            .append(record.tid())
                            .append(" : ")
                            .append(hex(record.data()))
                            .append(" back to ")
                            .append(record.dataTid())
                            .append('\n');
                }
                dump.put(next.header().tid(), text.toString());
            }
        } catch (CorruptedStorageException e) {
            throw new AssertionError(e);
        }
        return dump;
    }

    static String hex(byte @Nullable [] data) {
        return data == null ? "nothing" : HexFormat.of().formatHex(data);
    }

    static String hex(String data) {
        return hex(data.getBytes(StandardCharsets.UTF_8));
    }

    /** Where transactions begin. */
    static int[] starts(byte[] file) {
        List<Integer> starts = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.wrap(file);
        for (int at = 4; at < file.length; at += (int) buffer.getLong(at + 8) + 8) {
            starts.add(at);
        }
        return starts.stream().mapToInt(i -> i).toArray();
    }

    static Tid tid(byte[] file, int start) {
        return new Tid(ByteBuffer.wrap(file).getLong(start));
    }
}
