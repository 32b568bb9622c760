package io.zrs.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;

import io.zrs.database.Connection;
import io.zrs.database.Database;
import io.zrs.database.DatabaseOptions;
import io.zrs.storage.CommitListener;
import io.zrs.storage.Storage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.AdditionalAnswers;
import org.mockito.Mockito;

/** Commits at the moments that {@link SnapshotStressTest} meets by chance only. */
class SnapshotMomentsTest {
    /** At least: the root, {@code left}, {@code right} and {@code rare}. */
    private static final int LOAD_COUNT = 4;

    private static final int OLD = 9;
    private static final int NEW = 10; // changes all three

    @TempDir
    private Path directory;

    private Storage files;
    private Storage storage;
    private Database database;
    private Connection writer;

    /** Whether a commit lands before or after the storage has looked for what is to be loaded. */
    private enum Moment {
        BEFORE,
        AFTER
    }

    @BeforeEach
    void open() {
        files = new Site(directory).open();
        storage = Mockito.mock(Storage.class, AdditionalAnswers.delegatesTo(files));
        database = Database.open(storage);
        writer = database.open();
        for (int number = 0; number <= OLD; number++) {
            SnapshotReader.commit(writer, number);
        }
    }

    @AfterEach
    void close() {
        database.close();
    }

    static Stream<Arguments> loads() {
        return IntStream.range(0, LOAD_COUNT)
                .boxed()
                .flatMap(load -> Stream.of(Moment.values())
                        .flatMap(moment -> Stream.of(0, 2, 100).map(cache -> Arguments.of(load, moment, cache))));
    }

    @ParameterizedTest(name = "in load {0}, {1} the storage looks, with {2} objects in the cache")
    @MethodSource("loads")
    void staysAtItsSnapshotWhenACommitLandsInALoad(int load, Moment moment, int cacheCountMax) {
        Database sized = Database.open(storage, DatabaseOptions.standard().withCache(cacheCountMax, 1 << 20));
        AtomicInteger loadsToGo = new AtomicInteger(load);
        doAnswer(call -> {
                    boolean now = loadsToGo.getAndDecrement() == 0;
                    if (now && moment == Moment.BEFORE) {
                        SnapshotReader.commit(writer, NEW);
                    }
                    Object revision = files.loadBefore(call.getArgument(0), call.getArgument(1));
                    if (now && moment == Moment.AFTER) {
                        SnapshotReader.commit(writer, NEW);
                    }
                    return revision;
                })
                .when(storage)
                .loadBefore(any(), any());
        try (SnapshotReader reader = new SnapshotReader(sized, new Random(0))) {
            reader.look(OLD);
            assertThat(loadsToGo).hasNegativeValue();
            reader.look(OLD);
            reader.moveOn();
            assertThat(reader.number()).isEqualTo(NEW);
            reader.look();
        }
    }

    /** First the storage shows a transaction, then commit listeners are told one by one, then it is the last transaction. */
    @Test
    void seesATransactionWhollyOrNotAtAllWhileCommitListenersAreTold() {
        List<SnapshotReader> readers = new ArrayList<>();
        List<Integer> seen = new ArrayList<>();
        CommitListener look = transaction -> readers.forEach(reader -> {
            reader.moveOn();
            reader.look();
            seen.add(reader.number());
        });
        storage.addCommitListener(look);
        Database told = Database.open(storage); // between the two listeners
        storage.addCommitListener(look);
        try (SnapshotReader one = new SnapshotReader(told, new Random(0));
                SnapshotReader another = new SnapshotReader(told, new Random(0))) {
            readers.add(one);
            readers.add(another);
            SnapshotReader.commit(writer, NEW);
            SnapshotReader.commit(writer, NEW + 1);
        }
        assertThat(seen).containsExactly(OLD, OLD, NEW, NEW, NEW, NEW, NEW + 1, NEW + 1);
    }
}
