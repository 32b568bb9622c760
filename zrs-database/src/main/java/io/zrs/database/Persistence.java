package io.zrs.database;

import io.zrs.pickle.PickleValue;
import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What ties a persistent object to its connection: identity, revision, and whether its state is here and was changed.
 *
 * <p>Threading: as its connection.
 */
public final class Persistence {
    /** Where the state is. */
    enum Status {
        /** Not in the database; the state is here. */
        NEW,
        /** In the database; the state is only there. */
        GHOST,
        /** The state is here, as the database has it. */
        LOADED,
        /** The state is here, and is to be written by the next commit. */
        CHANGED
    }

    private final Persistent object;
    private final State state;
    private PythonClass pythonClass;
    private @Nullable PickleValue metadata;
    private @Nullable Connection connection;
    private long oid;
    private long serial;
    private Status status = Status.NEW;

    // One of the loaded objects; belongs to LoadedObjects.
    @Nullable
    Persistence newer;

    @Nullable
    Persistence older;

    @Nullable
    LoadedObjects list;

    /** Whether it was used since it was loaded, or since it was last found to be the oldest. */
    boolean used;

    int recordSize;

    /** A new object's. */
    Persistence(Persistent object, PythonClass pythonClass, State state) {
        this.object = object;
        this.pythonClass = pythonClass;
        this.state = state;
    }

    /** The object that this is about. */
    public Persistent object() {
        return object;
    }

    /** The connection, if it has one: if it is not new. */
    public Optional<Connection> connection() {
        return Optional.ofNullable(connection);
    }

    /** Whether the next commit writes the object. */
    public boolean isChanged() {
        return status == Status.CHANGED;
    }

    /** See {@link Persistent#oid()}. */
    Optional<Oid> oid() {
        return connection == null ? Optional.empty() : Optional.of(new Oid(oid));
    }

    /** See {@link Persistent#serial()}. */
    Tid serial() {
        read();
        return new Tid(serial);
    }

    /** See {@link Persistent#pythonClass()}. */
    PythonClass pythonClass() {
        return pythonClass;
    }

    /** The first pickle of the record, if it says more than the class: arguments for {@code __new__}. */
    @Nullable
    PickleValue metadata() {
        return metadata;
    }

    Status status() {
        return status;
    }

    State state() {
        return state;
    }

    /** Must be called before the state is read: loads it if it is not here. */
    void read() {
        if (connection != null) {
            connection.beforeRead(this);
        }
    }

    /** Must be called before the state is changed; loads it if it is not here. */
    void changed() {
        if (connection != null) {
            connection.beforeChange(this);
        }
    }

    /** Makes this the {@code oid} of {@code newConnection}, whose state is not here. */
    void attachGhost(Connection newConnection, Oid newOid) {
        connection = newConnection;
        oid = newOid.value();
        serial = 0;
        status = Status.GHOST;
    }

    /** Makes a new object the {@code oid} of {@code newConnection}. */
    void attachNew(Connection newConnection, Oid newOid) {
        connection = newConnection;
        oid = newOid.value();
        serial = 0;
        status = Status.CHANGED;
    }

    /** Makes it new again: the transaction that should have added it was aborted. */
    void detach() {
        connection = null;
        status = Status.NEW;
    }

    /** Drops the state. */
    void ghostify() {
        state.forget();
        status = Status.GHOST;
    }

    void become(Status newStatus) {
        status = newStatus;
    }

    void loadedFrom(ObjectRecord record, Tid newSerial) {
        pythonClass = record.pythonClass();
        metadata = record.metadata();
        serial = newSerial.value();
    }

    void writtenBy(Tid tid) {
        serial = tid.value();
    }

    /** Notes what the record of a ghost says of the class, which references to it depend on. */
    void setMetadata(@Nullable PickleValue newMetadata) {
        metadata = newMetadata;
    }

    Oid attachedOid() {
        return new Oid(oid);
    }

    Tid knownSerial() {
        return new Tid(serial);
    }
}
