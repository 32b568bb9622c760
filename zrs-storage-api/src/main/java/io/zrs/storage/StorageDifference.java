package io.zrs.storage;

import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Where the histories of two storages differ.
 *
 * <p>Threading: immutable.
 *
 * @param tid the transaction
 * @param record number of the record in it, from 0; empty if its header differs, or all of it
 * @param oid of that record; null if the two have different ones, or only one has it
 * @param first what the first storage has, for people
 * @param second what the second one has
 */
public record StorageDifference(
        Tid tid, OptionalLong record, @Nullable Oid oid, Field field, String first, String second) {
    /** What differs. */
    public enum Field {
        /** The transaction is in one storage only. */
        TRANSACTION,
        /** {@link TransactionLog#dialect()}. */
        DIALECT,
        /** {@link TransactionHeader#status()}. */
        STATUS,
        /** {@link TransactionMetadata#user()}. */
        USER,
        /** {@link TransactionMetadata#description()}. */
        DESCRIPTION,
        /** {@link TransactionMetadata#extension()}. */
        EXTENSION,
        /** The record is in one storage only. */
        RECORD,
        /** {@link DataRecord#oid()}. */
        OID,
        /** {@link DataRecord#tid()}. */
        SERIAL,
        /** {@link DataRecord#data()}. */
        DATA,
        /** {@link DataRecord#dataTid()}. */
        DATA_TID,
        /** The bytes of the blob, or that there are some. */
        BLOB;

        /** The name in words: {@code data tid}. */
        public String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** One line: place, field, and both sides. */
    @Override
    public String toString() {
        String place = "transaction " + tid + " (" + tid.toTimeString() + ")"
                + (record.isPresent() ? ", record " + record.getAsLong() : "")
                + (oid == null ? "" : ", oid " + oid);
        return place + ": " + field.words() + ": " + first + " | " + second;
    }
}
