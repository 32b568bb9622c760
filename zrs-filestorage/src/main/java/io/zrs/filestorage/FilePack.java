package io.zrs.filestorage;

import io.zrs.storage.PackListener;
import io.zrs.storage.PackListener.Phase;
import io.zrs.storage.PackResult;
import io.zrs.storage.Packable;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packs a log while it is read and written: what stays is copied to {@code NAME.pack}, then what was committed meanwhile, and in the end, while nobody writes, the copy takes the
 * place of the log.
 *
 * <p>Memory: what {@link PackPlan} says, and the index of the copy.
 *
 * <p>Threading: thread-safe, one pack at a time.
 */
final class FilePack implements Packable {
    private static final Logger LOG = LoggerFactory.getLogger(FilePack.class);
    private static final long PROGRESS_BYTES = 1 << 20;
    /** So much is left to be copied while nobody else can write. */
    private static final long LITTLE_BYTES = 1 << 20;
    /** If commits come as fast as they can be copied, somebody has to wait in the end. */
    private static final int ROUNDS_MAX = 10;

    private final Path dataFile;
    private final LogFormat format;
    private final CommitAnnouncer announcer;
    private final CommitQueue queue;
    private final LogWriter writer;
    private final IndexSaver indexSaver;
    private final Function<Path, LogFile> opener;

    /**
     * Packs {@code dataFile}, to which the others belong.
     *
     * @param opener opens {@code NAME.pack} for writing
     */
    FilePack(
            Path dataFile,
            LogFormat format,
            CommitAnnouncer announcer,
            CommitQueue queue,
            LogWriter writer,
            IndexSaver indexSaver,
            Function<Path, LogFile> opener) {
        this.dataFile = dataFile;
        this.format = format;
        this.announcer = announcer;
        this.queue = queue;
        this.writer = writer;
        this.indexSaver = indexSaver;
        this.opener = opener;
    }

    @Override
    public PackResult pack(Tid time, Garbage garbage, PackListener listener) {
        long finishedEnd = writer.beginPack();
        try {
            return pack(time, garbage, listener, finishedEnd);
        } catch (IOException e) {
            throw new UncheckedIOException(dataFile + " cannot be packed", e);
        } finally {
            writer.endPack();
        }
    }

    private PackResult pack(Tid time, Garbage garbage, PackListener listener, long finishedEnd) throws IOException {
        View view = announcer.announced();
        PackProgress progress = new PackProgress(listener, writer::checkPackGoesOn);
        // What is finished, but not visible, has no status yet that a pack could change.
        long limit = Math.min(view.end(), finishedEnd);
        long moment = time.value() == -1 ? limit : view.log().finder().ceiling(time.value() + 1, limit);
        PackPlan plan = moment == LogStructure.START || view.objectCount() == 0
                ? null
                : PackPlan.make(view.log(), moment, finishedEnd, garbage, view.objectCount(), progress);
        PackResult result = plan == null ? null : new Run(view.log(), plan, listener, progress).run();
        if (result == null) {
            View same = announcer.announced();
            return new PackResult(same.end(), same.end(), same.objectCount(), same.objectCount());
        }
        indexSaver.install();
        return result;
    }

    /** One pack, from the plan on. */
    private final class Run {
        private final Generation old;
        private final PackPlan plan;
        private final PackListener listener;
        private final PackProgress progress;
        private final PackedCopy packed;

        Run(Generation old, PackPlan plan, PackListener listener, PackProgress progress) {
            this.old = old;
            this.plan = plan;
            this.listener = listener;
            this.progress = progress;
            this.packed = new PackedCopy(old, plan);
        }

        /** Null if there is nothing to be removed. */
        @Nullable
        PackResult run() throws IOException {
            checkRoom();
            PackFile.deleteLeftover(dataFile);
            Path path = PackFile.of(dataFile);
            LogFile file = null;
            PackResult result = null;
            try {
                PackFile.create(path, dataFile);
                file = opener.apply(path);
                result = copy(file, path);
                return result;
            } finally {
                if (result == null) {
                    discard(file, path);
                }
            }
        }

        private void checkRoom() throws IOException {
            // Data in the place of back pointers can make the copy longer, but seldom that long.
            if (PackFile.usableBytes(dataFile) < 2 * plan.scannedEnd()) {
                long rest = plan.scannedEnd() - plan.moment();
                PackFile.checkRoom(dataFile, packed.measure(progress::tick) + rest);
            }
        }

        private @Nullable PackResult copy(LogFile file, Path path) throws IOException {
            progress.begin(Phase.COPY, PROGRESS_BYTES, plan.scannedEnd());
            Generation log = new Generation(file, new ObjectIndex(), new TransactionFinder(file));
            PackOutput output = new PackOutput(
                    log, Objects.requireNonNull(format.get(), "format").magic());
            Runnable tick = () -> progress.advance(output.position());
            packed.copy(output, plan.moment() == plan.scannedEnd(), listener, tick);
            if (output.position() == plan.moment()) {
                return null;
            }
            RestCopy rest = new RestCopy(old, plan, output);
            rest.copy(announcer.announced().end(), tick);
            output.force();
            indexSaver.prepare(log.index(), output.position());
            for (int i = 0; i < ROUNDS_MAX && announcer.announced().end() - rest.position() > LITTLE_BYTES; i++) {
                rest.copy(announcer.announced().end(), tick);
                output.force();
            }
            progress.end();
            writer.hold();
            try {
                List<FinishedTransaction> invisible = queue.pause();
                try {
                    return exchange(output, rest, invisible, path);
                } finally {
                    queue.resume();
                }
            } finally {
                writer.letGo();
            }
        }

        /** Copies what is left and puts the copy in place, while nothing is written or made visible. */
        private PackResult exchange(PackOutput output, RestCopy rest, List<FinishedTransaction> invisible, Path path)
                throws IOException {
            View view = announcer.announced();
            rest.copy(view.end(), () -> {});
            long end = output.position();
            long objectCount = output.log().index().size();
            List<FinishedTransaction> moved = new ArrayList<>();
            for (FinishedTransaction transaction : invisible) {
                moved.add(rest.copy(transaction));
            }
            output.force();
            writer.checkPackGoesOn();
            listener.beforeSwitch();
            writer.checkPackGoesOn();
            indexSaver.delete();
            try {
                Path target = dataFile.toRealPath();
                output.log().file().moveTo(target);
                Directories.forceParent(target);
                queue.exchange(output.log().file(), moved);
                writer.exchange(output.log(), output.position());
                announcer.exchange(output.log(), end, objectCount);
            } catch (IOException | RuntimeException | Error e) {
                if (!Files.exists(path)) {
                    // The name leads to the copy now, or will after a crash: nothing may be written to the old file.
                    queue.fail(e);
                }
                throw e;
            }
            return new PackResult(view.end(), end, view.objectCount(), objectCount);
        }

        private void discard(@Nullable LogFile file, Path path) {
            try {
                if (file != null) {
                    file.close();
                }
                indexSaver.discard();
                Files.deleteIfExists(path);
            } catch (IOException | RuntimeException e) {
                LOG.warn("{} cannot be deleted; the next opening will do that", path, e);
            }
        }
    }
}
